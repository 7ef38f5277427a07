package dev.sideband.server.session;

import dev.sideband.store.v1.SeedCheckpoint;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a renewed call is told of the time before it: what was said, and the function calls whose
 * output the provider has not got yet; as items under ids of our own, which are the same however
 * often the log is read.
 *
 * <p>Inputs that the provider has not acknowledged are not among them: they are sent as what they
 * are. Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class SeedBook {
  private static final String PREFIX = "seed-";

  private final Map<String, FunctionCallItem> unanswered = new LinkedHashMap<>();
  private final Set<String> rejected = new LinkedHashSet<>();
  private List<Item> missing = List.of();

  /**
   * Takes the next event of the conversation.
   *
   * @param settled the input that the event says was acknowledged, if it says that
   * @param state as it was before the event
   */
  void evolve(RealtimeEvent event, Optional<Input> settled, SessionState state) {
    switch (event.getPayloadCase()) {
      case ITEM_COMPLETED -> called(event.getItemCompleted().getItem());
      case TOOL_CALL_REQUESTED -> requested(event.getToolCallRequested());
      case HANDOFF_REQUESTED -> requested(event.getHandoffRequested(), state);
      case INPUT_ACKNOWLEDGED -> settled.ifPresent(this::answered);
      case INPUT_REJECTED -> rejected.add(event.getInputRejected().getInputId());
      case ITEM_ADDED -> arrived(event.getItemAdded().getItem().getId());
      case CALL_RENEWED -> missing = seed(event.getCallRenewed().getCall(), state);
      default -> {}
    }
  }

  private void called(Item item) {
    if (item.hasFunctionCall() && !isSeed(item.getId())) {
      unanswered.put(item.getFunctionCall().getToolCallId(), item.getFunctionCall());
    }
  }

  /** One that was recovered may be known by this alone. */
  private void requested(ToolCallRequested call) {
    unanswered.putIfAbsent(
        call.getToolCallId(),
        FunctionCallItem.newBuilder()
            .setToolCallId(call.getToolCallId())
            .setName(call.getName())
            .setArguments(call.getArguments())
            .build());
  }

  private void requested(HandoffRequested handoff, SessionState state) {
    unanswered.putIfAbsent(
        handoff.getHandoffId(),
        FunctionCallItem.newBuilder()
            .setToolCallId(handoff.getHandoffId())
            .setName(state.started().getHandoffTool())
            .setArguments("{}") // The event has their words only; what they were is said besides.
            .build());
  }

  private void answered(Input input) {
    switch (input.getKindCase()) {
      case TOOL_OUTPUT -> unanswered.remove(input.getToolOutput().getToolCallId());
      case HANDOFF_COMPLETE -> unanswered.remove(input.getHandoffComplete().getHandoffId());
      case HANDOFF_OUTPUT -> {
        if (input.getHandoffOutput().getPhase() == HandoffOutput.Phase.FINAL) {
          unanswered.remove(input.getHandoffOutput().getHandoffId());
        }
      }
      default -> {}
    }
  }

  private void arrived(String itemId) {
    if (isSeed(itemId)) {
      missing = missing.stream().filter(item -> !item.getId().equals(itemId)).toList();
    }
  }

  private List<Item> seed(int call, SessionState state) {
    List<TranscriptEntry> said = new ArrayList<>();
    for (TranscriptEntry entry : state.transcript().entries()) {
      String itemId = entry.getItemId();
      if (!state.inputs().isPending(itemId) && !rejected.contains(itemId)) {
        said.add(entry);
      }
    }
    return Seed.of(PREFIX + call + "-", said, List.copyOf(unanswered.values()));
  }

  /** What of it was not yet seen at the provider, oldest first. */
  List<Item> missing() {
    return missing;
  }

  /** Whether an item is one of ours, and nothing new. */
  static boolean isSeed(String itemId) {
    return itemId.startsWith(PREFIX);
  }

  SeedCheckpoint checkpoint() {
    return SeedCheckpoint.newBuilder()
        .addAllUnanswered(unanswered.values())
        .addAllRejected(rejected)
        .addAllMissing(missing)
        .build();
  }

  void restore(SeedCheckpoint from) {
    from.getUnansweredList().forEach(call -> unanswered.put(call.getToolCallId(), call));
    rejected.addAll(from.getRejectedList());
    missing = from.getMissingList();
  }
}
