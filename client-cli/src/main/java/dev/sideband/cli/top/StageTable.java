package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.cli.terminal.Waterfall;
import dev.sideband.cli.top.Figures.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long the stages of starts take: a bar up to the median, shaded up to where all but one in a
 * hundred are. What a person or a model is waited for has no bar; it would squash all others.
 */
final class StageTable {
  private static final int NAME_COLUMNS = 17;
  private static final int NUMBER_COLUMNS = 10;
  private static final int COUNT_COLUMNS = 8;
  private static final int MOST_BAR = 40;
  private static final double MEDIAN = 0.5;
  private static final double NEARLY_ALL = 0.99;
  private static final String SINCE_START = "  since start";

  private final Figures figures;
  private final Palette palette;
  private final int barColumns;
  private final double scale;

  StageTable(Figures figures, Palette palette, int columns) {
    this.figures = figures;
    this.palette = palette;
    int taken = 2 + NAME_COLUMNS + 2 * NUMBER_COLUMNS + COUNT_COLUMNS + 3;
    barColumns = Math.max(0, Math.min(MOST_BAR, columns - 1 - taken));
    scale =
        staged().values().stream()
            .mapToDouble(times -> times.shown().quantile(NEARLY_ALL))
            .filter(seconds -> seconds > 0)
            .max()
            .orElse(1);
  }

  private Map<String, Times> staged() {
    Map<String, Times> staged = new LinkedHashMap<>(figures.stages());
    Times whole = figures.times().get("start");
    if (whole != null) {
      staged.put("whole start", whole);
    }
    return staged;
  }

  /** Nothing when nothing was started yet. */
  List<String> lines() {
    Map<String, Times> staged = staged();
    if (staged.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "  "
            + palette.strong(Texts.pad("stage of a start", NAME_COLUMNS))
            + palette.faint(
                Texts.padLeft("p50", NUMBER_COLUMNS)
                    + Texts.padLeft("p99", NUMBER_COLUMNS)
                    + Texts.padLeft("times", COUNT_COLUMNS)));
    staged.forEach((name, times) -> lines.add(line(name, times, bar(times.shown()))));
    Times heard = figures.milestones().get("first_audio");
    if (heard != null) {
      lines.add(line("until first audio", heard, ""));
    }
    return lines;
  }

  private String line(String name, Times times, String bar) {
    Buckets shown = times.shown();
    String numbers =
        Texts.padLeft(Amounts.quantile(shown, MEDIAN), NUMBER_COLUMNS)
            + Texts.padLeft(Amounts.quantile(shown, NEARLY_ALL), NUMBER_COLUMNS)
            + Texts.padLeft(Amounts.count(shown.count()), COUNT_COLUMNS);
    String begin = "  " + Texts.pad(Texts.cut(Amounts.words(name), NAME_COLUMNS), NAME_COLUMNS);
    return times.isSinceStart()
        ? begin + palette.faint(numbers + SINCE_START)
        : begin + numbers + (bar.isEmpty() ? "" : "   " + bar);
  }

  private String bar(Buckets shown) {
    double most = shown.quantile(NEARLY_ALL);
    if (Double.isNaN(most) || barColumns == 0) {
      return "";
    }
    double median = shown.quantile(MEDIAN) / scale * barColumns;
    String solid = Waterfall.bar(Math.max(0.125, median));
    int shaded = (int) Math.round(most / scale * barColumns) - Texts.width(solid);
    return palette.accent(solid) + palette.faint("░".repeat(Math.max(0, shaded)));
  }
}
