package dev.sideband.cli.terminal;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What standard output can do.
 *
 * @param interactive a person looks at it: lines may be redrawn
 * @param colour escape sequences for colour are wanted
 * @param columns how wide it is
 * @param rows how high it is
 */
public record Terminal(boolean interactive, boolean colour, int columns, int rows) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})");
  private static final int DEFAULT_COLUMNS = 100;
  private static final int NARROWEST = 40;
  private static final int DEFAULT_ROWS = 24;
  private static final int LOWEST = 3;

  /** Not a terminal: a pipe or a file, which has no end. */
  public static final Terminal PLAIN =
      new Terminal(false, false, DEFAULT_COLUMNS, Integer.MAX_VALUE);

  /**
   * Finds out from what the launcher measured, since a JVM cannot ask whether its standard output
   * is a terminal.
   *
   * @param size rows and columns as {@code stty size} says them; null or empty when standard output
   *     is no terminal
   * @param env the environment; unknown names are null
   */
  public static Terminal detect(@Nullable String size, UnaryOperator<@Nullable String> env) {
    Matcher measured = SIZE.matcher(size == null ? "" : size.strip());
    if (!measured.matches() || "dumb".equals(env.apply("TERM"))) {
      return PLAIN;
    }
    int rows = Integer.parseInt(measured.group(1));
    int columns = Integer.parseInt(measured.group(2));
    if (columns == 0) {
      return PLAIN;
    }
    String noColour = env.apply("NO_COLOR");
    boolean colour = noColour == null || noColour.isEmpty();
    return new Terminal(
        true,
        colour,
        Math.max(NARROWEST, columns),
        rows == 0 ? DEFAULT_ROWS : Math.max(LOWEST, rows));
  }
}
