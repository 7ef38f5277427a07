package dev.sideband.cli.torture;

import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every promise, held against the evidence. Pure. */
final class Checks {
  private Checks() {}

  static List<Verdict> of(Evidence evidence) {
    InputChecks inputs = InputChecks.of(evidence);
    return List.of(
        inputs.acknowledgedStandInTheLogOnce(),
        inputs.itemsReachTheProviderOnce(),
        inputs.othersReachTheProviderAtMostOnce(),
        inputs.nothingIsSentThatIsNotInTheLog(),
        StreamChecks.logHasNoGap(evidence.log()),
        StreamChecks.subscribersHaveEverySequenceOnce(evidence),
        StreamChecks.whatWasSeenIsInTheLog(evidence),
        CallChecks.conversationsEndOnce(evidence),
        CallChecks.noCallIsLeft(evidence),
        CallChecks.sidebandsComeBack(evidence.comebacks()),
        CallChecks.mediaGoesOn(evidence.frames()),
        folderIsWhole(evidence));
  }

  private static Verdict folderIsWhole(Evidence evidence) {
    List<String> losses = new ArrayList<>(evidence.folder().findings());
    long read = events(evidence.log());
    if (losses.isEmpty() && evidence.folder().events() != read) {
      losses.add(evidence.folder().events() + " events are stored, and " + read + " were read");
    }
    return new Verdict("the data folder is whole", evidence.folder().events(), losses);
  }

  /** All stored events. */
  static long events(Map<String, List<RealtimeEvent>> log) {
    return log.values().stream().mapToLong(List::size).sum();
  }

  /** How often a sideband was joined again. */
  static long rejoins(Map<String, List<RealtimeEvent>> log) {
    return log.values().stream()
        .flatMap(List::stream)
        .filter(RealtimeEvent::hasSidebandRejoined)
        .count();
  }

  /** A conversation's id as people can bear it. */
  static String brief(String id) {
    return id.length() <= 8 ? id : id.substring(0, 8);
  }
}
