package dev.sideband.cli.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much must have happened before "nothing was lost" means anything: for each minute {@value
 * #KILLS} kills, {@value #EVENTS} events, {@value #INPUTS} acknowledged inputs and {@value
 * #REJOINS} rejoins, which a slow machine of two cores does several times over.
 */
record Minimum(long kills, long events, long inputs, long rejoins) {
  private static final int KILLS = 4;
  private static final int EVENTS = 2_000;
  private static final int INPUTS = 200;
  private static final int REJOINS = 20;

  /** Of a torture of this length. */
  static Minimum of(Duration length) {
    double minutes = length.toMillis() / 60_000.0;
    return new Minimum(
        (long) (KILLS * minutes),
        (long) (EVENTS * minutes),
        (long) (INPUTS * minutes),
        (long) (REJOINS * minutes));
  }

  /** What was too little, in words; empty if nothing was. */
  List<String> missedBy(Tally tally) {
    List<String> missed = new ArrayList<>();
    compare("kills", tally.kills(), kills, missed);
    compare("events", tally.events(), events, missed);
    compare("inputs", tally.inputs(), inputs, missed);
    compare("rejoins", tally.rejoins(), rejoins, missed);
    return missed;
  }

  private static void compare(String what, long count, long least, List<String> missed) {
    if (count < least) {
      missed.add(String.format(Locale.ROOT, "%,d %s (expected: at least %,d)", count, what, least));
    }
  }
}
