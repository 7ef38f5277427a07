package dev.sideband.server.session;

import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ErrorOccurred;

/** A {@link SessionState} as clients see it. */
final class StateView {
  private StateView() {}

  static ConversationState of(SessionState state, LifeBook life, ErrorOccurred lastError) {
    ConversationStarted started = life.started();
    ConversationState.Builder view =
        ConversationState.newBuilder()
            .setConversationId(life.conversationId())
            .setSequence(state.sequence())
            .setPhase(life.phase())
            .setStartedAt(life.startedAt())
            .setEndReason(life.endReason())
            .setDialect(started.getDialect())
            .setModel(started.getModel())
            .setVoice(started.getVoice())
            .setOutputModality(started.getOutputModality())
            .setTransport(started.getTransport())
            .putAllMetadata(started.getMetadataMap())
            .addAllMilestones(state.milestones().all())
            .addAllTranscript(state.transcript().entries())
            .setUsage(state.usage())
            .addAllOpenHandoffs(state.handoffs().openHandoffs())
            .addAllOpenToolCalls(state.handoffs().openToolCalls())
            .setPendingInputs(state.inputs().pendingCount())
            .setActiveResponseId(state.responses().activeId())
            .setSideband(state.sideband().phase());
    if (state.isEnded()) {
      view.setEndedAt(state.lastTime());
    }
    if (!lastError.equals(ErrorOccurred.getDefaultInstance())) {
      view.setLastError(lastError);
    }
    return view.build();
  }
}
