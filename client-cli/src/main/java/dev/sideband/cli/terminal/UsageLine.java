package dev.sideband.cli.terminal;

import dev.sideband.cli.terminal.EventLine.Tone;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.util.Locale;

/** Words for what was used: tokens, time, and money where the server knows prices. */
public final class UsageLine {
  private static final double MICROS = 1_000_000.0;
  private static final long SMALL = 100;

  private UsageLine() {}

  static EventLine of(UsageRecorded recorded) {
    String total = cost(recorded.getTotal());
    return new EventLine(
        Tone.QUIET,
        recorded.getResponseId().isEmpty() ? "transcription used" : "response used",
        EventLine.list(of(recorded.getUsage()), total.isEmpty() ? "" : total + " so far"));
  }

  /** Such as "20 tokens in, 10 out, $0.0021"; empty if nothing was used. */
  static String of(Usage usage) {
    return EventLine.list(
        usage.getInputTokens() + usage.getOutputTokens() == 0
            ? ""
            : usage.getInputTokens() + " tokens in, " + usage.getOutputTokens() + " out",
        usage.getSeconds() > 0 ? Texts.span(usage.getSeconds() * 1_000) : "",
        cost(usage));
  }

  /** In dollars; empty if it is not known. */
  public static String cost(Usage usage) {
    return usage.getCostMicroUsd() == 0 ? "" : money(usage.getCostMicroUsd());
  }

  /** Such as "$0.0021", and with six digits if it is less than a hundredth of a cent. */
  public static String money(long microUsd) {
    return String.format(Locale.ROOT, microUsd < SMALL ? "$%.6f" : "$%.4f", microUsd / MICROS);
  }
}
