package dev.sideband.cli.torture;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Texts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Tells a torture to a person: what happens line by line, beneath it a live line with the sums, and
 * at the end what every promise came to. Threads: one.
 */
final class TortureView {
  private static final int LABEL = 10;
  private static final int BAR = 20;
  private static final int SHOWN_LOSSES = 5;
  private static final char[] SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".toCharArray();

  private final Screen screen;
  private final Palette palette;
  private final Duration length;
  private String latest = "";
  private int turns;

  TortureView(Screen screen, Duration length) {
    this.screen = screen;
    palette = screen.palette();
    this.length = length;
  }

  void opening(TorturePlan plan, boolean diskToo) {
    screen.region(List.of());
    screen.println(
        palette.strong("Sideband torture")
            + "   "
            + palette.faint(
                Texts.span((double) plan.length().toMillis())
                    + ", "
                    + plan.conversations()
                    + " conversations, "
                    + plan.media()
                    + " of them real WebRTC calls, seed "
                    + plan.seed()));
    if (!diskToo) {
      screen.println(palette.faint("  its disk is never filled: mounting one is not allowed here"));
    }
  }

  void waiting(String what) {
    screen.spin(what);
  }

  void happened(long elapsedMillis, String what) {
    latest = what;
    screen.println("  " + palette.faint(clock(elapsedMillis)) + "  " + what);
  }

  /** The live line. */
  void live(long elapsedMillis, Tally tally) {
    double part = Math.min(1.0, (double) elapsedMillis / length.toMillis());
    int done = (int) Math.round(part * BAR);
    String sums =
        String.format(
            Locale.ROOT,
            "%,d kills · %,d events · %,d inputs · %,d rejoins",
            tally.kills(),
            tally.events(),
            tally.inputs(),
            tally.rejoins());
    screen.region(
        List.of(
            palette.accent(String.valueOf(SPINNER[turns++ % SPINNER.length]))
                + " "
                + palette.accent("█".repeat(done))
                + palette.faint("░".repeat(BAR - done))
                + " "
                + clock(elapsedMillis)
                + "  "
                + palette.strong(sums)
                + (latest.isEmpty() ? "" : palette.faint("  " + latest))));
  }

  private static String clock(long millis) {
    return String.format(Locale.ROOT, "%d:%02d", millis / 60_000, millis / 1_000 % 60);
  }

  void summary(TortureOutcome outcome) {
    screen.region(List.of());
    screen.println("");
    for (Verdict verdict : outcome.verdicts()) {
      boolean kept = verdict.losses().isEmpty();
      screen.println(
          (kept ? palette.good("  ✓ ") : palette.bad("  ✗ "))
              + Texts.padLeft(String.format(Locale.ROOT, "%,d", verdict.checked()), LABEL)
              + "  "
              + verdict.promise());
      losses(verdict.losses());
    }
    losses(outcome.troubles());
    Tally tally = outcome.tally();
    screen.println("");
    row(
        "kills",
        String.format(Locale.ROOT, "%,d, all survived by their users", tally.kills()),
        outcome.lossCount() == 0);
    row("events", String.format(Locale.ROOT, "%,d", tally.events()), true);
    row("inputs", String.format(Locale.ROOT, "%,d acknowledged", tally.inputs()), true);
    row("rejoins", String.format(Locale.ROOT, "%,d", tally.rejoins()), true);
    row("back", back(outcome.rejoins()), true);
    row("losses", Long.toString(outcome.lossCount()), true);
  }

  private void row(String label, String text, boolean whole) {
    String shown = whole ? text : text.replace(", all survived by their users", "");
    screen.println("  " + Texts.pad(palette.faint(label), LABEL) + shown);
  }

  private static String back(RejoinTimes times) {
    return times.count() == 0
        ? "no restart brought a sideband back"
        : String.format(
            Locale.ROOT,
            "%s to %s, half of them within %s, from process start to every sideband rejoined",
            Texts.span((double) times.min()),
            Texts.span((double) times.max()),
            Texts.span((double) times.median()));
  }

  private void losses(List<String> losses) {
    losses.stream()
        .limit(SHOWN_LOSSES)
        .forEach(loss -> screen.println("      " + palette.bad(Texts.oneLine(loss))));
    if (losses.size() > SHOWN_LOSSES) {
      screen.println("      " + palette.bad("and " + (losses.size() - SHOWN_LOSSES) + " more"));
    }
  }

  void verdict(TortureOutcome outcome, List<String> next) {
    screen.println("");
    if (outcome.isGood()) {
      screen.println(palette.good("Nothing was lost."));
    } else if (outcome.lossCount() > 0) {
      screen.println(palette.bad("Something was lost.") + "  The same harm again:");
    } else {
      screen.println(palette.bad("Too little happened to say so:"));
      outcome.missed().forEach(what -> screen.println("  " + palette.bad("✗ ") + what));
    }
    next.forEach(line -> screen.println("  " + line));
  }
}
