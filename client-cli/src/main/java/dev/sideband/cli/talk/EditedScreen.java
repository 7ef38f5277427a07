package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Texts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A terminal with a line editor. While a line is typed, the live lines are the upper part of its
 * prompt, so that the editor alone draws; else they are the {@link Screen}'s region.
 *
 * <p>A line that was entered is erased: who takes it prints it.
 */
final class EditedScreen implements TalkScreen {
  private final Terminal terminal;
  private final Screen screen;
  private final Editor editor;
  private List<String> live = List.of();
  private boolean typing;
  private boolean interrupted;
  private boolean closed;

  /** Owns {@code terminal}. */
  EditedScreen(Terminal terminal, Screen screen) throws IOException {
    this.terminal = terminal;
    this.screen = screen;
    editor = new Editor(terminal);
  }

  static EditedScreen open(Screen screen) {
    try {
      return new EditedScreen(TerminalBuilder.builder().system(true).build(), screen);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, e, "the terminal cannot be used: " + e.getMessage(), "check TERM");
    }
  }

  @Override
  public Optional<String> readLine(String prompt) {
    begin(prompt);
    try {
      return Optional.of(editor.read());
    } catch (EndOfFileException e) {
      return Optional.empty();
    } catch (UserInterruptException e) {
      interrupt();
      return Optional.empty();
    } finally {
      end();
    }
  }

  private synchronized void begin(String prompt) {
    screen.region(List.of());
    typing = true;
    editor.show(live, prompt);
  }

  private synchronized void end() {
    typing = false;
    live(live);
  }

  private synchronized void interrupt() {
    interrupted = true;
  }

  @Override
  public synchronized void print(String line) {
    if (typing) {
      editor.printAbove(line);
    } else {
      screen.println(line);
    }
  }

  @Override
  public synchronized void live(List<String> lines) {
    if (closed) {
      return;
    }
    int room = columns() - 1;
    live = lines.stream().map(line -> Texts.cut(line, room)).toList();
    if (typing) {
      editor.show(live);
    } else {
      screen.region(live);
    }
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public boolean isInteractive() {
    return true;
  }

  @Override
  public synchronized boolean isInterrupted() {
    return interrupted;
  }

  @Override
  public int columns() {
    int measured = terminal.getWidth();
    return measured > 0 ? measured : screen.terminal().columns();
  }

  @Override
  public Palette palette() {
    return screen.palette();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    live(List.of());
    closed = true;
    try {
      editor.leave();
      terminal.close();
    } catch (IOException e) {
      // It was the last thing that we wanted from it.
    }
  }

  /** Draws under its own lock, which it also holds for each key. */
  private static final class Editor extends LineReaderImpl {
    private List<String> above = List.of();
    private String typed = "";

    Editor(Terminal terminal) throws IOException {
      super(terminal, "sideband");
      // An exclamation mark is only an exclamation mark.
      setOpt(Option.DISABLE_EVENT_EXPANSION);
      setOpt(Option.ERASE_LINE_ON_FINISH);
    }

    String read() {
      return readLine(whole());
    }

    void show(List<String> lines, String prompt) {
      lock.lock();
      try {
        typed = prompt;
        show(lines);
      } finally {
        lock.unlock();
      }
    }

    void show(List<String> lines) {
      lock.lock();
      try {
        boolean same = above.equals(lines);
        above = lines;
        if (reading && !same) {
          setPrompt(whole());
          redisplay();
        }
      } finally {
        lock.unlock();
      }
    }

    private String whole() {
      lock.lock();
      try {
        String prompt = above.isEmpty() ? typed : String.join("\n", above) + "\n" + typed;
        // A prompt has patterns, and what is live may be a model's words.
        return prompt.replace("%", "%%");
      } finally {
        lock.unlock();
      }
    }

    /** Erases a line that nobody will finish, and takes the terminal's modes back. */
    void leave() {
      lock.lock();
      try {
        if (reading) {
          cleanup();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
