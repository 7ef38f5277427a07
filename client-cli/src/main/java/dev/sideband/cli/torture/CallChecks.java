package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.torture.Evidence.Comeback;
import dev.sideband.cli.torture.Evidence.Frames;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How conversations and their calls ended, and whether they were let alone until then. Pure. */
final class CallChecks {
  private CallChecks() {}

  /** Every one was stopped in the end; a start that was refused may have ended by itself. */
  static Verdict conversationsEndOnce(Evidence evidence) {
    List<String> losses = new ArrayList<>();
    Set<String> all = new HashSet<>(evidence.log().keySet());
    all.addAll(evidence.held());
    for (String id : all) {
      List<RealtimeEvent> events = evidence.log().getOrDefault(id, List.of());
      String wrong = wrongEnd(events, evidence.held().contains(id));
      if (!wrong.isEmpty()) {
        losses.add("conversation " + Checks.brief(id) + " " + wrong);
      }
    }
    return new Verdict("every conversation ended once, when it was asked to", all.size(), losses);
  }

  /** What is wrong with how it ended; "" if nothing is. */
  private static String wrongEnd(List<RealtimeEvent> events, boolean held) {
    if (events.isEmpty()) {
      return "was started, and is not in the log";
    }
    long endings = events.stream().filter(RealtimeEvent::hasConversationEnding).count();
    long ended = events.stream().filter(RealtimeEvent::hasConversationEnded).count();
    RealtimeEvent last = events.get(events.size() - 1);
    if (endings != 1 || ended != 1) {
      return "was ending " + endings + " times and ended " + ended + " times";
    }
    if (!last.hasConversationEnded()) {
      return "went on after its end";
    }
    EndReason reason = last.getConversationEnded().getReason();
    boolean refused = !held && reason.name().startsWith("START_");
    return reason == EndReason.REQUESTED || refused ? "" : "ended by itself: " + reason;
  }

  /**
   * A start that was cut off between the provider's answer and our log leaves a call behind whose
   * id nobody knows; the log says so. Such a call never had a sideband, and is nobody's fault.
   */
  static Verdict noCallIsLeft(Evidence evidence) {
    List<String> losses = new ArrayList<>();
    long unknown =
        evidence.log().values().stream()
            .flatMap(List::stream)
            .filter(RealtimeEvent::hasConversationEnded)
            .filter(
                event ->
                    event.getConversationEnded().getHangUp()
                        == ConversationEnded.HangUp.CALL_UNKNOWN)
            .count();
    for (Call call : evidence.calls()) {
      boolean neverKnown = call.joins() == 0 && unknown > 0;
      if (call.isLive() && neverKnown) {
        unknown--;
      } else if (call.isLive()) {
        losses.add("a call of " + call.joins() + " joins is still live at the provider");
      }
    }
    return new Verdict("no call is left at the provider", evidence.calls().size(), losses);
  }

  static Verdict sidebandsComeBack(List<Comeback> comebacks) {
    List<String> losses = new ArrayList<>();
    for (Comeback comeback : comebacks) {
      if (comeback.missing() > 0) {
        losses.add(
            comeback.missing() + " live calls had no sideband again after kill " + comeback.kill());
      }
    }
    return new Verdict("every restart brought every sideband back", comebacks.size(), losses);
  }

  static Verdict mediaGoesOn(List<Frames> all) {
    List<String> losses = new ArrayList<>();
    for (Frames frames : all) {
      if (frames.after() <= frames.before()) {
        losses.add(
            frames.leg()
                + ": no frame came through kill "
                + frames.kill()
                + " (after "
                + frames.before()
                + ")");
      }
    }
    return new Verdict("no media leg was touched by a kill", all.size(), losses);
  }
}
