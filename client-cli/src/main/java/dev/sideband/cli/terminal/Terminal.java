package dev.sideband.cli.terminal;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What standard output can do.
 *
 * @param interactive a person looks at it: lines may be redrawn
 * @param colour escape sequences for colour are wanted
 * @param columns how wide it is
 */
public record Terminal(boolean interactive, boolean colour, int columns) {
  private static final int DEFAULT_COLUMNS = 100;
  private static final int NARROWEST = 40;

  /** Not a terminal: a pipe or a file. */
  public static final Terminal PLAIN = new Terminal(false, false, DEFAULT_COLUMNS);

  /**
   * Finds out from what the launcher measured, since a JVM cannot ask whether its standard output
   * is a terminal.
   *
   * @param columns a number, or null or 0 when standard output is no terminal
   * @param env the environment; unknown names are null
   */
  public static Terminal detect(@Nullable String columns, UnaryOperator<@Nullable String> env) {
    int measured = number(columns);
    if (measured <= 0 || "dumb".equals(env.apply("TERM"))) {
      return PLAIN;
    }
    String noColour = env.apply("NO_COLOR");
    boolean colour = noColour == null || noColour.isEmpty();
    return new Terminal(true, colour, Math.max(NARROWEST, measured));
  }

  private static int number(@Nullable String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
