package dev.sideband.cli.terminal;

import dev.sideband.cli.terminal.EventLine.Tone;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.SidebandRejoined;
import java.time.Duration;

/** Words for a sideband that was lost and is back. */
final class GapLines {
  private GapLines() {}

  static EventLine rejoined(SidebandRejoined rejoined) {
    return new EventLine(Tone.MILESTONE, "sideband rejoined", gap(rejoined));
  }

  private static String gap(SidebandRejoined rejoined) {
    if (!rejoined.hasLostAt() || !rejoined.hasRejoinedAt()) {
      return "";
    }
    Duration gap =
        Duration.between(
            Texts.instant(rejoined.getLostAt()), Texts.instant(rejoined.getRejoinedAt()));
    return "after " + Texts.span(gap.toNanos() / 1_000_000.0);
  }

  static EventLine repaired(GapRepaired repaired) {
    return new EventLine(
        repaired.getItemsUnknown() ? Tone.WARNING : Tone.MILESTONE,
        "gap repaired",
        EventLine.list(
            found(repaired),
            repaired.getItemsUnknown() ? "more may be missing" : "",
            Texts.oneLine(repaired.getMessage())));
  }

  private static String found(GapRepaired repaired) {
    return switch (repaired.getOutcome()) {
      case NOTHING_MISSED -> "nothing was missed";
      case TAIL_RECOVERED -> "recovered " + String.join(", ", repaired.getRecoveredItemIdsList());
      case TAIL_IS_INPUT -> "the last input had arrived";
      case TAIL_UNKNOWN -> "the last item is unknown";
      case REFUSED -> "the provider refused the marker";
      case TIMED_OUT -> "the provider did not answer in time";
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
