package dev.sideband.cli.terminal;

/** The few styles of the CLI; each is its own text unchanged where colour is not wanted. */
public final class Palette {
  private final boolean colour;

  /** Coloured, or plain. */
  public Palette(boolean colour) {
    this.colour = colour;
  }

  /** Headings and names. */
  public String strong(String text) {
    return style("1", text);
  }

  /** What can be skipped. */
  public String faint(String text) {
    return style("2", text);
  }

  /** The one accent: milestones, ids, the assistant. */
  public String accent(String text) {
    return style("36", text);
  }

  /** It worked. */
  public String good(String text) {
    return style("32", text);
  }

  /** It may matter. */
  public String warning(String text) {
    return style("33", text);
  }

  /** It failed. */
  public String bad(String text) {
    return style("1;31", text);
  }

  /** What the user said. */
  public String user(String text) {
    return style("35", text);
  }

  private String style(String codes, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + codes + "m" + text + "\u001b[0m" : text;
  }
}
