package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.store.v1.LifeCheckpoint;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartFailed;

/**
 * How far a conversation has come: its start, its first call, its end.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class LifeBook {
  private String conversationId = "";
  private ConversationStarted started = ConversationStarted.getDefaultInstance();
  private Phase phase = Phase.PHASE_UNSPECIFIED;
  private Timestamp startedAt = Timestamp.getDefaultInstance();
  private EndReason endReason = EndReason.END_REASON_UNSPECIFIED;
  private CallCreated callCreated = CallCreated.getDefaultInstance();
  private StartFailed startFailed = StartFailed.getDefaultInstance();
  private long startAnsweredAt;
  private long endingSequence;
  private String startTraceparent = "";

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case CONVERSATION_STARTED -> {
        conversationId = event.getConversationId();
        started = event.getConversationStarted();
        startedAt = event.getTime();
        startAnsweredAt = event.getSequence();
        startTraceparent = event.getTraceparent();
        phase = Phase.STARTING;
      }
      case CALL_CREATED -> {
        if (!hasCall()) { // Else it is to renew the first one.
          startAnsweredAt = event.getSequence();
          callCreated = event.getCallCreated();
          advance(Phase.CALLING);
        }
      }
      case START_FAILED -> startFailed = event.getStartFailed();
      case SIDEBAND_JOINED -> advance(Phase.CALLING);
      case SESSION_CONFIGURED -> advance(Phase.LIVE);
      case CONVERSATION_ENDING -> {
        phase = Phase.ENDING;
        endReason = event.getConversationEnding().getReason();
        endingSequence = event.getSequence();
      }
      case CONVERSATION_ENDED -> phase = Phase.ENDED;
      default -> {}
    }
  }

  private boolean hasCall() {
    return !callCreated.equals(CallCreated.getDefaultInstance());
  }

  private void advance(Phase to) {
    if (phase.getNumber() < to.getNumber()) {
      phase = to;
    }
  }

  LifeCheckpoint checkpoint() {
    return LifeCheckpoint.newBuilder()
        .setConversationId(conversationId)
        .setStarted(started)
        .setPhase(phase)
        .setStartedAt(startedAt)
        .setEndReason(endReason)
        .setCallCreated(callCreated)
        .setStartFailed(startFailed)
        .setStartAnsweredAt(startAnsweredAt)
        .setEndingSequence(endingSequence)
        .setStartTraceparent(startTraceparent)
        .build();
  }

  void restore(LifeCheckpoint from) {
    conversationId = from.getConversationId();
    started = from.getStarted();
    phase = from.getPhase();
    startedAt = from.getStartedAt();
    endReason = from.getEndReason();
    callCreated = from.getCallCreated();
    startFailed = from.getStartFailed();
    startAnsweredAt = from.getStartAnsweredAt();
    endingSequence = from.getEndingSequence();
    startTraceparent = from.getStartTraceparent();
  }

  String conversationId() {
    return conversationId;
  }

  ConversationStarted started() {
    return started;
  }

  Phase phase() {
    return phase;
  }

  Timestamp startedAt() {
    return startedAt;
  }

  EndReason endReason() {
    return endReason;
  }

  CallCreated callCreated() {
    return callCreated;
  }

  StartFailed startFailed() {
    return startFailed;
  }

  long startAnsweredAt() {
    return startAnsweredAt;
  }

  long endingSequence() {
    return endingSequence;
  }

  String startTraceparent() {
    return startTraceparent;
  }
}
