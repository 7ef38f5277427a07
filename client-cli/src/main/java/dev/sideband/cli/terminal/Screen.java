package dev.sideband.cli.terminal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Standard output: finished lines that scroll away upwards, and on a terminal a live region below
 * them that is redrawn in place. Without a terminal the region is never written.
 *
 * <p><b>Threads.</b> Any, one at a time; a redraw is one write, so it does not flicker.
 */
public final class Screen {
  private static final char[] SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".toCharArray();

  private final PrintStream out;
  private final Terminal terminal;
  private final Palette palette;
  private List<String> region = List.of();
  private int spins;

  /** Writes to {@code out}, which stays open. */
  public Screen(PrintStream out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
    palette = new Palette(terminal.colour());
  }

  /** One that shows nothing. */
  public static Screen silent() {
    return new Screen(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        Terminal.PLAIN);
  }

  /** What it can do. */
  public Terminal terminal() {
    return terminal;
  }

  /** Its colours. */
  public Palette palette() {
    return palette;
  }

  /** Adds finished lines above the region. */
  public synchronized void println(String... lines) {
    StringBuilder text = erased();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    write(drawn(text, region, "\n"));
  }

  /** Adds a finished line and replaces the live region in one write. */
  public synchronized void println(String line, List<String> newRegion) {
    StringBuilder text = erased().append(line).append('\n');
    region = terminal.interactive() ? List.copyOf(newRegion) : List.of();
    write(drawn(text, region, "\n"));
  }

  /** Replaces the live region; an empty one removes it. */
  public synchronized void region(List<String> lines) {
    if (terminal.interactive() && !lines.equals(region)) {
      boolean isSameHeight = lines.size() == region.size();
      StringBuilder text = isSameHeight ? raised() : erased();
      region = List.copyOf(lines);
      write(drawn(text, region, isSameHeight ? "\u001b[K\n" : "\n"));
    }
  }

  /** A region of one line that shows that something is under way; turns at each call. */
  public void spin(String what) {
    region(List.of(palette.accent(String.valueOf(SPINNER[spins++ % SPINNER.length])) + " " + what));
  }

  private StringBuilder erased() {
    return region.isEmpty() ? raised() : raised().append("\u001b[J");
  }

  /** To where the region begins; some terminals keep for scrolling what is erased from the top. */
  private StringBuilder raised() {
    StringBuilder text = new StringBuilder();
    if (!region.isEmpty()) {
      text.append("\u001b[").append(region.size()).append("A\r");
    }
    return text;
  }

  private StringBuilder drawn(StringBuilder text, List<String> lines, String end) {
    for (String line : lines) {
      text.append(Texts.cut(line, terminal.columns() - 1)).append(end);
    }
    return text;
  }

  private void write(CharSequence text) {
    out.print(text);
    out.flush();
  }
}
