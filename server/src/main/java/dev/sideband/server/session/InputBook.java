package dev.sideband.server.session;

import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import java.util.HashMap;
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
    SENT
  }

  /** An input without a final fate. */
  record Pending(String inputId, Input input, Stage stage) {
    private Pending at(Stage later) {
      return new Pending(inputId, input, later);
    }
  }

  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private final Map<String, Long> sequences = new HashMap<>();

  void accepted(InputAccepted accepted, long sequence) {
    String id = accepted.getInputId();
    sequences.put(id, sequence);
    pending.put(id, new Pending(id, accepted.getInput(), Stage.ACCEPTED));
  }

  /** Takes an input that needs nothing of the provider; an id of "" is from before they had one. */
  void done(String inputId, long sequence) {
    if (!inputId.isEmpty()) {
      sequences.put(inputId, sequence);
    }
  }

  void sent(String inputId) {
    pending.computeIfPresent(
        inputId, (id, input) -> input.input().hasRawJson() ? null : input.at(Stage.SENT));
  }

  void settled(String inputId) {
    pending.remove(inputId);
  }

  boolean isPending(String inputId) {
    return pending.containsKey(inputId);
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
}
