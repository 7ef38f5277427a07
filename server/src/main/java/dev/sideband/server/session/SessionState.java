package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartFailed;
import dev.sideband.v1.Timing;
import dev.sideband.v1.Usage;

/**
 * A conversation as its events tell it, and nothing else: equal events give an equal state.
 *
 * <p><b>Promise.</b> {@link #evolve} reads no clock, configuration or randomness; limits and
 * deadlines in force are fields of events. An unknown payload moves the sequence and leaves the
 * rest unchanged.
 *
 * <p><b>Phases.</b> STARTING until CallCreated (or, on the web_socket transport, the join), CALLING
 * until SessionConfigured, LIVE until ConversationEnding, ENDING until ConversationEnded, ENDED.
 *
 * <p><b>Threads.</b> One owner: the coordinator, or the reader that replays a stored conversation
 * before it hands it over.
 */
final class SessionState {
  private final TranscriptBook transcript = new TranscriptBook();
  private final HandoffBook handoffs = new HandoffBook();
  private final InputBook inputs = new InputBook();
  private final MilestoneBook milestones = new MilestoneBook();
  private final SidebandBook sideband = new SidebandBook();
  private final ResponseBook responses = new ResponseBook();
  private final ItemBook items = new ItemBook();

  private String conversationId = "";
  private ConversationStarted started = ConversationStarted.getDefaultInstance();
  private Phase phase = Phase.PHASE_UNSPECIFIED;
  private Timestamp startedAt = Timestamp.getDefaultInstance();
  private Timestamp lastTime = Timestamp.getDefaultInstance();
  private Timestamp activeAt = Timestamp.getDefaultInstance();
  private EndReason endReason = EndReason.END_REASON_UNSPECIFIED;
  private ErrorOccurred lastError = ErrorOccurred.getDefaultInstance();
  private Usage usage = Usage.getDefaultInstance();
  private CallCreated callCreated = CallCreated.getDefaultInstance();
  private StartFailed startFailed = StartFailed.getDefaultInstance();
  private long sequence;
  private long startAnsweredAt;
  private long endingSequence;
  private int call;

  /** Takes the next event. */
  void evolve(RealtimeEvent event) {
    if (event.getSequence() != sequence + 1) {
      throw new IllegalArgumentException(
          "sequence: " + event.getSequence() + " (expected: " + (sequence + 1) + ")");
    }
    sequence = event.getSequence();
    sideband.evolve(event, lastTime);
    lastTime = event.getTime();
    evolveLife(event);
    responses.evolve(event, inputs.pending(event.getInputSent().getInputId()));
    inputs.evolve(event);
    items.evolve(event, sideband.isLost());
    evolveTalk(event);
  }

  private void evolveLife(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case CONVERSATION_STARTED -> start(event);
      case CALL_CREATED -> {
        call++;
        startAnsweredAt = sequence;
        callCreated = event.getCallCreated();
        advance(Phase.CALLING);
        reached("call_created", event.getCallCreated().getTiming());
      }
      case START_FAILED -> startFailed = event.getStartFailed();
      case SIDEBAND_JOINING -> reached("sideband_joining", event.getSidebandJoining().getTiming());
      case SIDEBAND_JOINED -> {
        advance(Phase.CALLING);
        reached("sideband_joined", event.getSidebandJoined().getTiming());
      }
      case SESSION_CONFIGURED -> {
        advance(Phase.LIVE);
        reached("session_configured", event.getSessionConfigured().getTiming());
      }
      case CLIENT_MILESTONE_REACHED -> {
        var reached = event.getClientMilestoneReached();
        milestones.reported(reached.getName(), reached.getTiming(), sequence);
      }
      case CONVERSATION_ENDING -> {
        phase = Phase.ENDING;
        endReason = event.getConversationEnding().getReason();
        endingSequence = sequence;
      }
      case CONVERSATION_ENDED -> phase = Phase.ENDED;
      default -> {}
    }
  }

  /** Of the start: what comes after a loss is none. */
  private void reached(String name, Timing timing) {
    if (!sideband.wasLost()) {
      milestones.reached(name, timing, sequence);
    }
  }

  private void start(RealtimeEvent event) {
    conversationId = event.getConversationId();
    started = event.getConversationStarted();
    startedAt = event.getTime();
    activeAt = startedAt;
    startAnsweredAt = sequence;
    phase = Phase.STARTING;
  }

  private void said(InputAccepted accepted) {
    if (accepted.getInput().hasText()) {
      var text = accepted.getInput().getText();
      transcript.wrote(call, accepted.getInputId(), text.getRole(), text.getText());
    }
    if (accepted.getInput().hasToolOutput()) {
      handoffs.answered(accepted.getInput().getToolOutput().getToolCallId());
    }
  }

  private void evolveTalk(RealtimeEvent event) {
    if (isActivity(event.getPayloadCase())) {
      activeAt = event.getTime();
    }
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> said(event.getInputAccepted());
      case TRANSCRIPT_DELTA -> transcript.add(call, event.getTranscriptDelta());
      case TRANSCRIPT_COMPLETED -> transcript.complete(call, event.getTranscriptCompleted());
      case TOOL_CALL_REQUESTED -> handoffs.requested(event.getToolCallRequested());
      case HANDOFF_REQUESTED -> {
        handoffs.requested(event.getHandoffRequested());
        transcript.handedOff(event.getHandoffRequested().getTranscriptList());
      }
      case HANDOFF_COMPLETED -> handoffs.closed(event.getHandoffCompleted().getHandoffId());
      case HANDOFF_SUPERSEDED -> handoffs.closed(event.getHandoffSuperseded().getHandoffId());
      case USAGE_RECORDED -> usage = event.getUsageRecorded().getTotal();
      case ERROR_OCCURRED -> lastError = event.getErrorOccurred();
      default -> {}
    }
  }

  /** What the idle limit waits for: speech, an input or a response. */
  private static boolean isActivity(RealtimeEvent.PayloadCase payload) {
    return switch (payload) {
      case INPUT_ACCEPTED,
          CLIENT_MILESTONE_REACHED,
          INPUT_SPEECH_STARTED,
          INPUT_SPEECH_STOPPED,
          RESPONSE_STARTED,
          RESPONSE_COMPLETED ->
          true;
      default -> false;
    };
  }

  private void advance(Phase to) {
    if (phase.getNumber() < to.getNumber()) {
      phase = to;
    }
  }

  ConversationStarted started() {
    return started;
  }

  Phase phase() {
    return phase;
  }

  /** Whether no input is accepted any more. */
  boolean isEnding() {
    return phase == Phase.ENDING || phase == Phase.ENDED;
  }

  boolean isEnded() {
    return phase == Phase.ENDED;
  }

  EndReason endReason() {
    return endReason;
  }

  /** The sequence of ConversationEnding; 0 before it. */
  long endingSequence() {
    return endingSequence;
  }

  /** Why there is no call; the default instance if that is not so. */
  StartFailed startFailed() {
    return startFailed;
  }

  /** What became of asking for the call; the default instance before it. */
  CallCreated callCreated() {
    return callCreated;
  }

  /** The sequence that an answer to Start carries. */
  long startAnsweredAt() {
    return startAnsweredAt;
  }

  long sequence() {
    return sequence;
  }

  int call() {
    return call;
  }

  Timestamp startedAt() {
    return startedAt;
  }

  Timestamp lastTime() {
    return lastTime;
  }

  /** When there last was speech, an input or a response; the start, if there was none. */
  Timestamp activeAt() {
    return activeAt;
  }

  SidebandBook sideband() {
    return sideband;
  }

  ResponseBook responses() {
    return responses;
  }

  Usage usage() {
    return usage;
  }

  ItemBook items() {
    return items;
  }

  TranscriptBook transcript() {
    return transcript;
  }

  HandoffBook handoffs() {
    return handoffs;
  }

  InputBook inputs() {
    return inputs;
  }

  MilestoneBook milestones() {
    return milestones;
  }

  /** The state as clients see it. */
  ConversationState toProto() {
    ConversationState.Builder state =
        ConversationState.newBuilder()
            .setConversationId(conversationId)
            .setSequence(sequence)
            .setPhase(phase)
            .setStartedAt(startedAt)
            .setEndReason(endReason)
            .setDialect(started.getDialect())
            .setModel(started.getModel())
            .setVoice(started.getVoice())
            .setOutputModality(started.getOutputModality())
            .setTransport(started.getTransport())
            .putAllMetadata(started.getMetadataMap())
            .addAllMilestones(milestones.all())
            .addAllTranscript(transcript.entries())
            .setUsage(usage)
            .addAllOpenHandoffs(handoffs.openHandoffs())
            .addAllOpenToolCalls(handoffs.openToolCalls())
            .setPendingInputs(inputs.pendingCount())
            .setActiveResponseId(responses.activeId())
            .setSideband(sideband.phase());
    if (isEnded()) {
      state.setEndedAt(lastTime);
    }
    if (!lastError.equals(ErrorOccurred.getDefaultInstance())) {
      state.setLastError(lastError);
    }
    return state.build();
  }
}
