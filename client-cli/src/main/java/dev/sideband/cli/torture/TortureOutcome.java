package dev.sideband.cli.torture;

import java.util.List;

/**
 * How it went.
 *
 * @param tally what happened, as the log has it
 * @param troubles what went wrong beside the promises
 * @param missed what was too little, see {@link Minimum}
 * @param diskFilled whether the disk was among the harm
 */
record TortureOutcome(
    Tally tally,
    List<Verdict> verdicts,
    List<String> troubles,
    List<String> missed,
    RejoinTimes rejoins,
    boolean diskFilled) {

  long lossCount() {
    return troubles.size() + verdicts.stream().mapToLong(verdict -> verdict.losses().size()).sum();
  }

  boolean isGood() {
    return lossCount() == 0 && missed.isEmpty();
  }
}
