package dev.sideband.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A timeline as rows of bars over one common scale, with the numbers that matter on the right.
 *
 * <p>The scale ends with the last ordinary row; a late row, one that waited for a person or a model
 * rather than for machinery, would squash all others, so it shows an arrow at the right edge.
 */
public final class Waterfall {
  private static final String MARGIN = "  ";
  private static final int NAME_COLUMNS = 22;
  private static final int NUMBER_COLUMNS = 9;
  private static final int LEAST_BAR = 12;
  private static final int MOST_BAR = 40;
  private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  private final List<Row> rows;
  private final double scale;
  private final Palette palette;
  private final int barColumns;

  /**
   * One row.
   *
   * @param name what was reached
   * @param from when its stage began, in milliseconds
   * @param to when it was reached, in milliseconds
   * @param note what to say behind the numbers; may be empty
   * @param late not part of the scale
   */
  public record Row(String name, double from, double to, String note, boolean late) {
    /** An ordinary row. */
    public static Row of(String name, double from, double to, String note) {
      return new Row(name, from, to, note, false);
    }
  }

  /** Draws {@code rows} for a terminal of this width. */
  public Waterfall(List<Row> rows, Palette palette, int columns) {
    this.rows = List.copyOf(rows);
    this.palette = palette;
    scale = rows.stream().filter(row -> !row.late()).mapToDouble(Row::to).max().orElse(1);
    int notes = rows.stream().mapToInt(row -> Texts.width(note(row))).max().orElse(0);
    // The last column stays free: some terminals begin a new line in it.
    int room = columns - 1 - MARGIN.length() - NAME_COLUMNS - 2 * NUMBER_COLUMNS - notes;
    barColumns = Math.max(LEAST_BAR, Math.min(MOST_BAR, room));
  }

  private static String note(Row row) {
    return row.note().isEmpty() ? "" : "   " + row.note();
  }

  /** The heading and one line for each row. */
  public List<String> lines(String title) {
    List<String> lines = new ArrayList<>();
    lines.add(
        MARGIN
            + palette.strong(Texts.pad(title, NAME_COLUMNS))
            + palette.faint(
                " ".repeat(barColumns)
                    + Texts.padLeft("ms", NUMBER_COLUMNS)
                    + Texts.padLeft("total", NUMBER_COLUMNS)));
    for (Row row : rows) {
      lines.add(line(row));
    }
    return lines;
  }

  private String line(Row row) {
    return MARGIN
        + Texts.pad(row.name(), NAME_COLUMNS)
        + bar(row)
        + Texts.padLeft(number(row.to() - row.from()), NUMBER_COLUMNS)
        + palette.faint(Texts.padLeft(number(row.to()), NUMBER_COLUMNS))
        + palette.faint(note(row));
  }

  private String bar(Row row) {
    if (row.late()) {
      return palette.faint("·".repeat(barColumns - 1)) + palette.accent("→");
    }
    double perColumn = Math.max(scale, 0.001) / barColumns;
    int start = (int) Math.min(barColumns - 1, Math.floor(row.from() / perColumn));
    double length = Math.max(0.125, Math.min(row.to() / perColumn, barColumns) - start);
    String filled = bar(length);
    String padding = " ".repeat(Math.max(0, barColumns - start - filled.length()));
    return palette.faint("·".repeat(start)) + palette.accent(filled) + padding;
  }

  /** A bar of so many columns, to an eighth of one. */
  public static String bar(double columns) {
    int full = (int) columns;
    int eighth = (int) Math.round((columns - full) * 8);
    return eighth == 8 ? "█".repeat(full + 1) : "█".repeat(full) + EIGHTHS[eighth];
  }

  private static String number(double millis) {
    double shown = Math.max(0, millis);
    return shown < 9.95
        ? String.format(Locale.ROOT, "%.1f", shown)
        : String.format(Locale.ROOT, "%,d", Math.round(shown));
  }
}
