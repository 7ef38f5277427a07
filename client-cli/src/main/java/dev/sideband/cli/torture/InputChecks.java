package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl.Statement;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What became of inputs: in the eyes of their callers, of the log and of the provider. Pure. */
final class InputChecks {
  private static final String CREATE = "conversation.item.create";
  private static final Pattern INPUT_ID = Pattern.compile("[0-9a-f]{32}");

  private final Evidence evidence;
  private final Map<String, List<Logged>> byMarker = new HashMap<>();
  private final Map<String, Logged> byInputId = new HashMap<>();
  private final Map<String, Set<Logged>> unsettled = new HashMap<>();
  private final Map<String, Integer> created = new HashMap<>();
  private final Map<String, Integer> done = new HashMap<>();
  private final Set<String> endedOnRequest = new HashSet<>();

  /** An accepted input in the log, and its last fate. */
  private static final class Logged {
    private final String conversationId;
    private final String inputId;
    private final long sequence;
    private final Input input;
    private String fate = "accepted";
    private int losses;

    Logged(String conversationId, String inputId, long sequence, Input input) {
      this.conversationId = conversationId;
      this.inputId = inputId;
      this.sequence = sequence;
      this.input = input;
    }

    @Override
    public String toString() {
      return input.getKindCase()
          + " "
          + Checks.brief(inputId)
          + " of conversation "
          + Checks.brief(conversationId)
          + " ("
          + fate
          + ")";
    }
  }

  private InputChecks(Evidence evidence) {
    this.evidence = evidence;
  }

  static InputChecks of(Evidence evidence) {
    InputChecks checks = new InputChecks(evidence);
    evidence.log().forEach((id, events) -> events.forEach(event -> checks.read(id, event)));
    for (Statement statement : evidence.statements()) {
      if (statement.refusal().isEmpty()) {
        Map<String, Integer> counts =
            statement.type().equals(CREATE) ? checks.created : checks.done;
        String id = statement.type().equals(CREATE) ? statement.itemId() : statement.eventId();
        counts.merge(id, 1, Integer::sum);
      }
    }
    return checks;
  }

  private void read(String conversationId, RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> {
        String id = event.getInputAccepted().getInputId();
        Input input = event.getInputAccepted().getInput();
        Logged logged = new Logged(conversationId, id, event.getSequence(), input);
        byMarker.computeIfAbsent(Markers.of(input), marker -> new ArrayList<>()).add(logged);
        byInputId.put(id, logged);
        unsettled.computeIfAbsent(conversationId, each -> new HashSet<>()).add(logged);
      }
      case INPUT_ACKNOWLEDGED -> fate(event.getInputAcknowledged().getInputId(), "acknowledged");
      case INPUT_REJECTED ->
          fate(
              event.getInputRejected().getInputId(),
              "rejected, " + event.getInputRejected().getCode());
      case INPUT_MERGED -> fate(event.getInputMerged().getInputId(), "merged");
      case SIDEBAND_LOST -> lost(conversationId);
      case INPUT_DISCARDED -> fate(event.getInputDiscarded().getInputId(), "discarded");
      case INPUT_IN_DOUBT -> {
        if (!event.getInputInDoubt().getWillResend()) {
          fate(event.getInputInDoubt().getInputId(), "in doubt");
        }
      }
      case CONVERSATION_ENDING -> {
        if (event.getConversationEnding().getReason() == EndReason.REQUESTED) {
          endedOnRequest.add(conversationId);
        }
      }
      default -> {
        // Not about inputs.
      }
    }
  }

  private void fate(String inputId, String fate) {
    Logged logged = byInputId.get(inputId);
    if (logged != null) {
      logged.fate = fate;
      unsettled.getOrDefault(logged.conversationId, new HashSet<>()).remove(logged);
    }
  }

  /** What has no fate by now may have been sent, and may be sent again. */
  private void lost(String conversationId) {
    unsettled.getOrDefault(conversationId, Set.of()).forEach(logged -> logged.losses++);
  }

  Verdict acknowledgedStandInTheLogOnce() {
    List<String> losses = new ArrayList<>();
    long checked = 0;
    for (Evidence.Told told : evidence.told()) {
      List<Logged> logged = byMarker.getOrDefault(told.marker(), List.of());
      checked += told.isAcknowledged() ? 1 : 0;
      if (logged.size() > 1) {
        losses.add("in the log " + logged.size() + " times: " + logged.get(0));
      } else if (told.isAcknowledged() && !standsThere(told, logged)) {
        losses.add(
            "acknowledged, and not in the log at sequence "
                + told.sequence()
                + ": input "
                + Checks.brief(told.inputId())
                + " of conversation "
                + Checks.brief(told.conversationId()));
      }
    }
    return new Verdict(
        "every acknowledged input is in the log once, where it was said to be", checked, losses);
  }

  private static boolean standsThere(Evidence.Told told, List<Logged> logged) {
    return logged.size() == 1
        && logged.get(0).inputId.equals(told.inputId())
        && logged.get(0).sequence == told.sequence()
        && logged.get(0).conversationId.equals(told.conversationId());
  }

  /**
   * What was still on its way when its conversation was ended on request need not have arrived; all
   * else in the log must have, acknowledged to its caller or not: it was durable.
   */
  Verdict itemsReachTheProviderOnce() {
    List<String> losses = new ArrayList<>();
    List<Logged> items =
        byInputId.values().stream().filter(logged -> Markers.isItem(logged.input)).toList();
    for (Logged item : items) {
      int count = created.getOrDefault(item.inputId, 0);
      boolean cutOff =
          endedOnRequest.contains(item.conversationId)
              && !item.fate.equals("acknowledged")
              && !item.fate.startsWith("rejected");
      if (count > 1) {
        losses.add("reached the provider " + count + " times: " + item);
      } else if (count == 0 && !cutOff) {
        losses.add("never reached the provider: " + item);
      }
    }
    return new Verdict("every item input reached the provider exactly once", items.size(), losses);
  }

  /** Session updates: again after a loss, for twice is as good as once. */
  Verdict othersReachTheProviderAtMostOnce() {
    List<String> losses = new ArrayList<>();
    List<Logged> others =
        byInputId.values().stream().filter(logged -> !Markers.isItem(logged.input)).toList();
    for (Logged other : others) {
      int count = done.getOrDefault(other.inputId, 0);
      int most = other.input.hasSessionUpdate() ? 1 + other.losses : 1;
      if (count > most) {
        losses.add("done by the provider " + count + " times: " + other);
      } else if (count == 0 && other.fate.equals("acknowledged") && isAlwaysSent(other.input)) {
        losses.add("acknowledged, and never reached the provider: " + other);
      }
    }
    return new Verdict(
        "every other input reached the provider at most once", others.size(), losses);
  }

  /** Not so a response, which another one may stand for. */
  private static boolean isAlwaysSent(Input input) {
    return input.hasItemDelete() || input.hasSessionUpdate();
  }

  Verdict nothingIsSentThatIsNotInTheLog() {
    List<String> losses = new ArrayList<>();
    long checked = 0;
    for (Statement statement : evidence.statements()) {
      boolean create = statement.type().equals(CREATE);
      String id = create ? statement.itemId() : statement.eventId();
      if (INPUT_ID.matcher(id).matches()) {
        checked++;
        if (!byInputId.containsKey(id)) {
          losses.add("the log does not know this " + statement.type() + ": " + Checks.brief(id));
        }
      }
    }
    if (evidence.missed() > 0) {
      losses.add("the provider's witness had no room for " + evidence.missed() + " more");
    }
    return new Verdict("nothing reached the provider that was not durable before", checked, losses);
  }
}
