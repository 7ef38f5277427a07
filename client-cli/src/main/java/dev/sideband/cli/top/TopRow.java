package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Texts;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that is counted.
 *
 * @param name what
 * @param number its level or its rate; may be empty
 * @param parts what that is made of, each in its colours
 */
record TopRow(String name, String number, List<String> parts) {
  private static final int NAME_COLUMNS = 15;
  private static final int NUMBER_COLUMNS = 9;
  private static final String MARGIN = "  ";
  private static final String BETWEEN = "  ";

  TopRow {
    parts = List.copyOf(parts);
  }

  /**
   * Its lines, in so many columns: one, and more below that for parts that do not fit, but no more
   * than {@code most}; the last one says how many parts are left.
   */
  List<String> lines(Palette palette, int columns, int most) {
    String begin =
        MARGIN
            + Texts.pad(name, NAME_COLUMNS)
            + palette.strong(Texts.padLeft(number, NUMBER_COLUMNS))
            + BETWEEN;
    int room = columns - Texts.width(begin);
    List<String> lines = new ArrayList<>();
    int next = 0;
    do {
      boolean isLast = lines.size() == most - 1;
      int until = next + fitting(next, room);
      String left = "";
      if (isLast && until < parts.size()) {
        until = next + fitting(next, room - Texts.width(left(next)));
        left = palette.faint(left(until));
      }
      String before = lines.isEmpty() ? begin : " ".repeat(Texts.width(begin));
      String line = before + String.join(BETWEEN, parts.subList(next, until)) + left;
      lines.add(line.stripTrailing());
      next = isLast ? parts.size() : until;
    } while (next < parts.size());
    return lines;
  }

  private String left(int from) {
    return BETWEEN + "+" + (parts.size() - from);
  }

  /** How many parts from one on fit into a line; at least one, if there is one. */
  private int fitting(int from, int room) {
    int width = 0;
    int until = from;
    while (until < parts.size()) {
      width += (until == from ? 0 : BETWEEN.length()) + Texts.width(parts.get(until));
      if (width > room && until > from) {
        break;
      }
      until++;
    }
    return until - from;
  }
}
