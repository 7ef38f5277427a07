package dev.sideband.server.session;

import dev.sideband.store.v1.InputsCheckpoint;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.RealtimeEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Every input of a conversation by id, and of those without a final fate, where they stand.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class InputBook {

  /** Where an input without a final fate stands. */
  enum Stage {
    ACCEPTED,
    SENT,
    /** It was sent, the sideband was lost, and it will be sent again. */
    IN_DOUBT
  }

  /** An input without a final fate. */
  record Pending(String inputId, Input input, Stage stage) {
    private Pending at(Stage later) {
      return new Pending(inputId, input, later);
    }
  }

  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private final Map<String, Long> sequences = new LinkedHashMap<>();

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> accepted(event.getInputAccepted(), event.getSequence());
      case CLIENT_MILESTONE_REACHED -> {
        String inputId = event.getClientMilestoneReached().getInputId();
        if (!inputId.isEmpty()) { // Older servers gave it none.
          sequences.put(inputId, event.getSequence());
        }
      }
      case INPUT_SENT -> sent(event.getInputSent().getInputId());
      case INPUT_ACKNOWLEDGED -> pending.remove(event.getInputAcknowledged().getInputId());
      case INPUT_REJECTED -> pending.remove(event.getInputRejected().getInputId());
      case INPUT_MERGED -> pending.remove(event.getInputMerged().getInputId());
      case INPUT_IN_DOUBT -> {
        String inputId = event.getInputInDoubt().getInputId();
        if (event.getInputInDoubt().getWillResend()) {
          pending.computeIfPresent(inputId, (id, input) -> input.at(Stage.IN_DOUBT));
        } else {
          pending.remove(inputId);
        }
      }
      case INPUT_DISCARDED -> pending.remove(event.getInputDiscarded().getInputId());
      default -> {}
    }
  }

  private void accepted(InputAccepted accepted, long sequence) {
    String id = accepted.getInputId();
    sequences.put(id, sequence);
    pending.put(id, new Pending(id, accepted.getInput(), Stage.ACCEPTED));
  }

  private void sent(String inputId) {
    pending.computeIfPresent(
        inputId, (id, input) -> input.input().hasRawJson() ? null : input.at(Stage.SENT));
  }

  boolean isPending(String inputId) {
    return pending.containsKey(inputId);
  }

  /** An input without a final fate, if this is one's id. */
  Optional<Input> pending(String inputId) {
    return Optional.ofNullable(pending.get(inputId)).map(Pending::input);
  }

  /** The sequence of the event that made an input durable, if there was such an input. */
  Optional<Long> sequenceOf(String inputId) {
    return Optional.ofNullable(sequences.get(inputId));
  }

  /** The oldest input that is sent and of this kind. */
  Optional<Pending> oldestSent(Predicate<Input> kind) {
    return pending.values().stream()
        .filter(input -> input.stage() == Stage.SENT && kind.test(input.input()))
        .findFirst();
  }

  List<Pending> inStage(Stage stage) {
    return pending.values().stream().filter(input -> input.stage() == stage).toList();
  }

  int pendingCount() {
    return pending.size();
  }

  InputsCheckpoint checkpoint() {
    InputsCheckpoint.Builder checkpoint = InputsCheckpoint.newBuilder();
    for (Pending input : pending.values()) {
      checkpoint.addPending(
          InputsCheckpoint.Pending.newBuilder()
              .setInputId(input.inputId())
              .setInput(input.input())
              .setStage(InputsCheckpoint.Stage.valueOf(input.stage().name())));
    }
    sequences.forEach(
        (id, sequence) ->
            checkpoint.addKnown(
                InputsCheckpoint.Known.newBuilder().setInputId(id).setSequence(sequence)));
    return checkpoint.build();
  }

  void restore(InputsCheckpoint from) {
    for (InputsCheckpoint.Pending stored : from.getPendingList()) {
      Stage stage = Stage.valueOf(stored.getStage().name());
      String id = stored.getInputId();
      pending.put(id, new Pending(id, stored.getInput(), stage));
    }
    from.getKnownList().forEach(known -> sequences.put(known.getInputId(), known.getSequence()));
  }
}
