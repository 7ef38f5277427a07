package dev.sideband.cli.terminal;

/** How loud something is, as a bar of ten columns from -60 to 0 dBFS. */
public final class LevelBar {
  private static final int COLUMNS = 10;
  private static final double SOFTEST = -60;
  private static final double TOO_LOUD = -1;

  private LevelBar() {}

  /** The bar of a peak in dBFS; what clips is red. */
  public static String of(double decibels, Palette palette) {
    double share = Math.max(0, Math.min(1, 1 - decibels / SOFTEST));
    String bar = Waterfall.bar(share * COLUMNS);
    String rest = "·".repeat(COLUMNS - Texts.width(bar));
    return (decibels > TOO_LOUD ? palette.bad(bar) : palette.good(bar)) + palette.faint(rest);
  }
}
