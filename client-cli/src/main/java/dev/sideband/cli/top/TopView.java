package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows a person: on a terminal in place, as much as it holds; else one screen below the other.
 * Threads: one.
 */
final class TopView implements TopOutput {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String address;
  private final Screen screen;
  private final Palette palette;
  private final BooleanSupplier isGone;
  private @Nullable Figures latest;
  private boolean troubled;

  TopView(String address, Screen screen, BooleanSupplier isGone) {
    this.address = address;
    this.screen = screen;
    this.isGone = isGone;
    palette = screen.palette();
  }

  @Override
  public void waiting() {
    screen.spin("reading twice, for the rates ...");
  }

  @Override
  public void show(Figures figures) {
    boolean isFirst = latest == null;
    latest = figures;
    troubled = false;
    draw(head(figures), isFirst);
  }

  /** The figures stay, and are told to be old; without a terminal it is one line. */
  @Override
  public void trouble(Instant at, String what) {
    String line = palette.bad(TIME.format(at) + "  " + what) + palette.faint("  trying again");
    if (screen.terminal().interactive()) {
      draw(line, false);
    } else if (!troubled) {
      screen.println("", line);
    }
    troubled = true;
  }

  private void draw(String head, boolean isFirst) {
    List<String> lines = lines(head);
    if (screen.terminal().interactive()) {
      screen.region(lines);
      return;
    }
    if (!isFirst) {
      screen.println("");
    }
    screen.println(lines.toArray(String[]::new));
  }

  /** The cursor wants a line and a column of its own. */
  private List<String> lines(String head) {
    Figures figures = latest;
    if (figures == null) {
      return List.of(head);
    }
    int columns = screen.terminal().columns() - 1;
    TopSheet sheet = new TopSheet(palette, columns, screen.terminal().rows() - 1);
    return sheet.lines(
        head,
        new TopRows(figures, palette).groups(),
        new StageTable(figures, palette, columns + 1).lines());
  }

  private String head(Figures figures) {
    return palette.strong("Sideband top")
        + "  "
        + palette.accent(address)
        + "  "
        + TIME.format(figures.at())
        + "  "
        + (figures.restarted() ? palette.warning(span(figures)) : palette.faint(span(figures)));
  }

  private static String span(Figures figures) {
    if (figures.over() <= 0) {
      return "since the server began";
    }
    String over = Amounts.seconds(figures.over());
    String window = Amounts.seconds(figures.window());
    if (figures.restarted()) {
      return "rates over " + over + ", since a restart";
    }
    return over.equals(window)
        ? "rates and counts over " + over
        : "rates over " + over + ", counts over " + window;
  }

  @Override
  public boolean isGone() {
    return isGone.getAsBoolean();
  }
}
