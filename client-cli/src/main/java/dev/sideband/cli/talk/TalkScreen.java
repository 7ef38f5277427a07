package dev.sideband.cli.talk;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What one talks at: finished lines, live ones beneath them, and at the very bottom the line that
 * is being typed.
 *
 * <p><b>Threads.</b> {@link #readLine} by one; the rest by any.
 */
public interface TalkScreen extends AutoCloseable {
  /** The next typed line; empty at the end (Ctrl-D, Ctrl-C or the end of the pipe). */
  Optional<String> readLine(String prompt);

  /** Adds a finished line above the live ones, without disturbing what is typed. */
  void print(String line);

  /** Replaces the live lines, each cut to the width; shows nothing where nobody looks. */
  void live(List<String> lines);

  /** Whether live lines are seen. */
  boolean isLive();

  /** Whether a person types here. */
  boolean isInteractive();

  /** Whether the typing ended by Ctrl-C. */
  boolean isInterrupted();

  /** How wide it is now. */
  int columns();

  /** Its colours. */
  Palette palette();

  /** Leaves the finished lines alone on it; may be called again, and by any thread. */
  @Override
  void close();

  /** Lines of a stream come in; finished lines go to {@code screen}, and live ones if it can. */
  static TalkScreen piped(InputStream in, Screen screen) {
    return new PipedScreen(in, screen);
  }

  /** The terminal that this process stands in, with a line editor. */
  static TalkScreen edited(Screen screen) {
    return EditedScreen.open(screen);
  }
}
