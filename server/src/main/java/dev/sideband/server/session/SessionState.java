package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.store.v1.StateCheckpoint;
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
  private final LifeBook life = new LifeBook();
  private final TranscriptBook transcript = new TranscriptBook();
  private final HandoffBook handoffs = new HandoffBook();
  private final InputBook inputs = new InputBook();
  private final MilestoneBook milestones = new MilestoneBook();
  private final SidebandBook sideband = new SidebandBook();
  private final ResponseBook responses = new ResponseBook();
  private final ItemBook items = new ItemBook();
  private final CallBook calls = new CallBook();
  private final ActivityBook activity = new ActivityBook();
  private final FloorBook floor = new FloorBook();
  private final SeedBook seed = new SeedBook();
  private final UsageBook usage = new UsageBook();

  private Timestamp lastTime = Timestamp.getDefaultInstance();
  private ErrorOccurred lastError = ErrorOccurred.getDefaultInstance();
  private long sequence;

  /** Takes the next event. */
  void evolve(RealtimeEvent event) {
    if (event.getSequence() != sequence + 1) {
      throw new IllegalArgumentException(
          "sequence: " + event.getSequence() + " (expected: " + (sequence + 1) + ")");
    }
    sequence = event.getSequence();
    calls.evolve(event);
    seed.evolve(event, inputs.pending(event.getInputAcknowledged().getInputId()), this);
    floor.evolve(event);
    activity.evolve(event);
    if (!calls.isOfNext(event)) {
      sideband.evolve(event, lastTime);
    }
    lastTime = event.getTime();
    life.evolve(event);
    evolveMilestones(event);
    responses.evolve(event, inputs.pending(event.getInputSent().getInputId()));
    inputs.evolve(event);
    if (!calls.isOfNext(event)) {
      items.evolve(event, sideband.isLost());
      usage.evolve(event);
    }
    evolveTalk(event);
  }

  private void evolveMilestones(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> reached("call_created", event.getCallCreated().getTiming());
      case SIDEBAND_JOINING -> reached("sideband_joining", event.getSidebandJoining().getTiming());
      case SIDEBAND_JOINED -> reached("sideband_joined", event.getSidebandJoined().getTiming());
      case SESSION_CONFIGURED ->
          reached("session_configured", event.getSessionConfigured().getTiming());
      case CLIENT_MILESTONE_REACHED -> {
        var reached = event.getClientMilestoneReached();
        milestones.reported(reached.getName(), reached.getTiming(), sequence, event.getCall());
      }
      default -> {}
    }
  }

  /** Of the start: what comes after a loss, or of another call, is none. */
  private void reached(String name, Timing timing) {
    if (!sideband.wasLost() && calls.next() == 0 && !calls.isRenewed()) {
      milestones.reached(name, timing, sequence);
    }
  }

  private void said(InputAccepted accepted) {
    if (accepted.getInput().hasText()) {
      var text = accepted.getInput().getText();
      transcript.wrote(call(), accepted.getInputId(), text.getRole(), text.getText());
    }
    if (accepted.getInput().hasToolOutput()) {
      handoffs.answered(accepted.getInput().getToolOutput().getToolCallId());
    }
  }

  private void evolveTalk(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> said(event.getInputAccepted());
      case TRANSCRIPT_DELTA -> transcript.add(call(), event.getTranscriptDelta());
      case TRANSCRIPT_COMPLETED -> transcript.complete(call(), event.getTranscriptCompleted());
      case TOOL_CALL_REQUESTED -> handoffs.requested(event.getToolCallRequested());
      case HANDOFF_REQUESTED -> {
        handoffs.requested(event.getHandoffRequested());
        transcript.handedOff(event.getHandoffRequested().getTranscriptList());
      }
      case HANDOFF_COMPLETED -> handoffs.closed(event.getHandoffCompleted().getHandoffId());
      case HANDOFF_SUPERSEDED -> handoffs.closed(event.getHandoffSuperseded().getHandoffId());
      case ERROR_OCCURRED -> lastError = event.getErrorOccurred();
      default -> {}
    }
  }

  ConversationStarted started() {
    return life.started();
  }

  Phase phase() {
    return life.phase();
  }

  /** Whether no input is accepted any more. */
  boolean isEnding() {
    return phase() == Phase.ENDING || phase() == Phase.ENDED;
  }

  boolean isEnded() {
    return phase() == Phase.ENDED;
  }

  EndReason endReason() {
    return life.endReason();
  }

  /** The sequence of ConversationEnding; 0 before it. */
  long endingSequence() {
    return life.endingSequence();
  }

  /** Why there is no call; the default instance if that is not so. */
  StartFailed startFailed() {
    return life.startFailed();
  }

  /** What became of asking for the call; the default instance before it. */
  CallCreated callCreated() {
    return life.callCreated();
  }

  /** The sequence that an answer to Start carries. */
  long startAnsweredAt() {
    return life.startAnsweredAt();
  }

  /** The {@link Traceparent} of the start; empty if nobody recorded it. */
  String startTraceparent() {
    return life.startTraceparent();
  }

  long sequence() {
    return sequence;
  }

  /** The call in use; 0 before the first. */
  int call() {
    return calls.current();
  }

  CallBook calls() {
    return calls;
  }

  FloorBook floor() {
    return floor;
  }

  SeedBook seed() {
    return seed;
  }

  Timestamp startedAt() {
    return life.startedAt();
  }

  Timestamp lastTime() {
    return lastTime;
  }

  /** When there last was speech, an input or a response; the start, if there was none. */
  Timestamp activeAt() {
    return activity.latest();
  }

  SidebandBook sideband() {
    return sideband;
  }

  ResponseBook responses() {
    return responses;
  }

  /** All that was used so far. */
  Usage usage() {
    return usage.total();
  }

  /** What transcribes the user, as the provider said last; empty if nothing does. */
  String transcriptionModel() {
    return usage.transcriptionModel();
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
    return StateView.of(this, life, lastError);
  }

  /** All of it, and nothing of when or how it came about. */
  StateCheckpoint checkpoint() {
    return StateCheckpoint.newBuilder()
        .setLastTime(lastTime)
        .setActiveAt(activity.latest())
        .setLastError(lastError)
        .setUsage(usage.total())
        .setTranscriptionModel(usage.transcriptionModel())
        .setItems(items.checkpoint())
        .setLife(life.checkpoint())
        .setTranscript(transcript.checkpoint())
        .setHandoffs(handoffs.checkpoint())
        .setInputs(inputs.checkpoint())
        .addAllMilestones(milestones.all())
        .setSideband(sideband.checkpoint())
        .setResponses(responses.checkpoint())
        .setCalls(calls.checkpoint())
        .setFloor(floor.checkpoint())
        .setSeed(seed.checkpoint())
        .build();
  }

  /** Makes a new one what another was after its event of this sequence. */
  void restore(long at, StateCheckpoint from) {
    sequence = at;
    lastTime = from.getLastTime();
    activity.restore(from.getActiveAt());
    lastError = from.getLastError();
    usage.restore(from.getUsage(), from.getTranscriptionModel());
    items.restore(from.getItems());
    life.restore(from.getLife());
    transcript.restore(from.getTranscript());
    handoffs.restore(from.getHandoffs());
    inputs.restore(from.getInputs());
    milestones.restore(from.getMilestonesList());
    sideband.restore(from.getSideband());
    responses.restore(from.getResponses());
    calls.restore(from.getCalls());
    floor.restore(from.getFloor());
    seed.restore(from.getSeed());
  }
}
