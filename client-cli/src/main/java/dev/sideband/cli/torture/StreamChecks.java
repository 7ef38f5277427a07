package dev.sideband.cli.torture;

import dev.sideband.cli.torture.Evidence.Seen;
import dev.sideband.cli.torture.Evidence.View;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What subscribers saw, and what the log holds. Pure. */
final class StreamChecks {
  private StreamChecks() {}

  static Verdict logHasNoGap(Map<String, List<RealtimeEvent>> log) {
    List<String> losses = new ArrayList<>();
    log.forEach(
        (id, events) ->
            firstBreak(events.stream().map(RealtimeEvent::getSequence).toList())
                .ifPresent(what -> losses.add("conversation " + Checks.brief(id) + ": " + what)));
    return new Verdict("the log has every sequence once, in order", Checks.events(log), losses);
  }

  static Verdict subscribersHaveEverySequenceOnce(Evidence evidence) {
    List<String> losses = new ArrayList<>();
    long checked = 0;
    for (View view : evidence.views()) {
      checked += view.seen().size();
      long head = evidence.log().getOrDefault(view.conversationId(), List.of()).size();
      firstBreak(view.seen().stream().map(Seen::sequence).toList())
          .ifPresentOrElse(
              what -> losses.add(name(view) + ": " + what),
              () -> {
                if (view.seen().size() < head) {
                  losses.add(name(view) + ": came to " + view.seen().size() + " of " + head);
                }
              });
    }
    return new Verdict("every subscriber has every sequence once, in order", checked, losses);
  }

  private static Optional<String> firstBreak(List<Long> sequences) {
    long expected = 1;
    for (long sequence : sequences) {
      if (sequence != expected) {
        return Optional.of("sequence " + sequence + " came instead of " + expected);
      }
      expected++;
    }
    return Optional.empty();
  }

  static Verdict whatWasSeenIsInTheLog(Evidence evidence) {
    List<String> losses = new ArrayList<>();
    long checked = 0;
    for (View view : evidence.views()) {
      List<RealtimeEvent> stored = evidence.log().getOrDefault(view.conversationId(), List.of());
      long[] digests = stored.stream().mapToLong(Digest::of).toArray();
      for (Seen seen : view.seen()) {
        checked++;
        if (seen.sequence() < 1 || seen.sequence() > digests.length) {
          losses.add(name(view) + ": saw " + seen.sequence() + ", which the log does not have");
        } else if (digests[(int) seen.sequence() - 1] != seen.digest()) {
          losses.add(name(view) + ": the log has another event at " + seen.sequence());
        }
      }
    }
    return new Verdict(
        "what any subscriber ever saw is in the log after the last restart, byte for byte",
        checked,
        losses);
  }

  private static String name(View view) {
    return "subscriber " + view.name() + " of conversation " + Checks.brief(view.conversationId());
  }
}
