package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Screen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Where typed lines come from: an edited line with history at a terminal, or plain lines of a pipe.
 *
 * <p><b>Threads.</b> {@link #readLine} by one; {@link #print} by any, above the line that is being
 * edited.
 */
public interface Keyboard extends AutoCloseable {
  /** The next line; empty at the end (Ctrl-D, Ctrl-C or the end of the pipe). */
  Optional<String> readLine(String prompt);

  /** Prints a line without disturbing what is typed. */
  void print(String line);

  /** Whether a person types here. */
  boolean isInteractive();

  @Override
  void close();

  /** Lines of a stream. */
  static Keyboard piped(InputStream in, Screen screen) {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    return new Keyboard() {
      @Override
      public Optional<String> readLine(String prompt) {
        try {
          return Optional.ofNullable(lines.readLine());
        } catch (IOException e) {
          return Optional.empty();
        }
      }

      @Override
      public void print(String line) {
        screen.println(line);
      }

      @Override
      public boolean isInteractive() {
        return false;
      }

      @Override
      public void close() {
        // Standard input is not ours to close.
      }
    };
  }

  /** The terminal that this process stands in. */
  static Keyboard edited() {
    try {
      Terminal terminal = TerminalBuilder.builder().system(true).build();
      return new EditedKeyboard(
          terminal, LineReaderBuilder.builder().terminal(terminal).appName("sideband").build());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, e, "the terminal cannot be used: " + e.getMessage(), "check TERM");
    }
  }

  /** A line editor. */
  record EditedKeyboard(Terminal terminal, LineReader reader) implements Keyboard {
    @Override
    public Optional<String> readLine(String prompt) {
      try {
        return Optional.of(reader.readLine(prompt));
      } catch (EndOfFileException | UserInterruptException e) {
        return Optional.empty();
      }
    }

    @Override
    public void print(String line) {
      reader.printAbove(line);
    }

    @Override
    public boolean isInteractive() {
      return true;
    }

    @Override
    public void close() {
      try {
        terminal.close();
      } catch (IOException e) {
        // It was the last thing that we wanted from it.
      }
    }
  }
}
