package dev.sideband.server.session;

import dev.sideband.store.v1.HandoffsCheckpoint;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.ToolCallRequested;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The handoffs and tool calls of a conversation: which are open, and which there ever were.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class HandoffBook {
  private final Map<String, HandoffRequested> openHandoffs = new LinkedHashMap<>();
  private final Map<String, ToolCallRequested> openToolCalls = new LinkedHashMap<>();
  private final Set<String> closedHandoffs = new LinkedHashSet<>();
  private final Set<String> answeredToolCalls = new LinkedHashSet<>();

  void requested(HandoffRequested handoff) {
    openHandoffs.put(handoff.getHandoffId(), handoff);
  }

  void closed(String handoffId) {
    if (openHandoffs.remove(handoffId) != null) {
      closedHandoffs.add(handoffId);
    }
  }

  void requested(ToolCallRequested toolCall) {
    openToolCalls.put(toolCall.getToolCallId(), toolCall);
  }

  void answered(String toolCallId) {
    if (openToolCalls.remove(toolCallId) != null) {
      answeredToolCalls.add(toolCallId);
    }
  }

  boolean isOpen(String handoffId) {
    return openHandoffs.containsKey(handoffId);
  }

  boolean wasClosed(String handoffId) {
    return closedHandoffs.contains(handoffId);
  }

  boolean isToolCallOpen(String toolCallId) {
    return openToolCalls.containsKey(toolCallId);
  }

  /** Whether a function call was ever told of, as a handoff or a tool call. */
  boolean isKnown(String toolCallId) {
    return isOpen(toolCallId)
        || wasClosed(toolCallId)
        || isToolCallOpen(toolCallId)
        || answeredToolCalls.contains(toolCallId);
  }

  /** The open handoff that a new one steers: the latest. */
  Optional<String> latestOpen() {
    return openHandoffs.keySet().stream().reduce((earlier, later) -> later);
  }

  Collection<HandoffRequested> openHandoffs() {
    return openHandoffs.values();
  }

  Collection<ToolCallRequested> openToolCalls() {
    return openToolCalls.values();
  }

  HandoffsCheckpoint checkpoint() {
    return HandoffsCheckpoint.newBuilder()
        .addAllOpenHandoffs(openHandoffs.values())
        .addAllOpenToolCalls(openToolCalls.values())
        .addAllClosedHandoffs(closedHandoffs)
        .addAllAnsweredToolCalls(answeredToolCalls)
        .build();
  }

  void restore(HandoffsCheckpoint from) {
    from.getOpenHandoffsList().forEach(this::requested);
    from.getOpenToolCallsList().forEach(this::requested);
    closedHandoffs.addAll(from.getClosedHandoffsList());
    answeredToolCalls.addAll(from.getAnsweredToolCallsList());
  }
}
