package dev.sideband.server.session;

import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.ClientMilestoneReached;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.HandoffCompleted;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.HandoffOutputAdded;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputKind;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.Timing;
import java.util.Map;
import java.util.Optional;

/**
 * Where inputs become part of a conversation: judged, made durable, answered, and handed to the
 * {@link Outbox} in the order of their acceptance.
 *
 * <p><b>Full queue.</b> With {@link SessionConfig#maxPendingInputs} inputs that have no final fate
 * yet a further one is refused, INBOX_FULL; nothing waits. After {@link #MAX_CLIENT_MILESTONES} of
 * its clients' milestones a conversation takes no more of them, MILESTONES_FULL.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Inbox {
  /** Of one conversation: they stay in its state for as long as it does. */
  static final int MAX_CLIENT_MILESTONES = 256;

  private final Session session;
  private final SessionContext context;
  private final Outbox outbox;

  Inbox(Session session, SessionContext context, Outbox outbox) {
    this.session = session;
    this.context = context;
    this.outbox = outbox;
  }

  /** Takes an input, or refuses it; its caller hears which. */
  void take(InputCommand command) {
    Optional<Long> known = session.state().inputs().sequenceOf(command.inputId());
    if (known.isPresent()) {
      repeat(command, known.get());
      return;
    }
    Optional<SessionException> refusal = judge(command.input());
    if (refusal.isPresent()) {
      session.trace().inputRefused(command.input());
      command.refuse(refusal.get());
      return;
    }
    session.limits().active();
    switch (command.input().getKindCase()) {
      case AUDIO -> {
        outbox.audio(command.input().getAudio());
        command.reply().complete(SendResponse.getDefaultInstance());
      }
      case CLIENT_MILESTONE -> reached(command);
      default -> accept(command);
    }
  }

  private void repeat(InputCommand command, long sequence) {
    if (!session.secrets().fingerprintOf(command.inputId()).equals(command.fingerprint())) {
      command.refuse(
          new SessionException(
              ErrorCode.REQUEST_ID_REUSED,
              "request_id: was used for a different input (expected: a new one)"));
      return;
    }
    session.journal().whenDurable(() -> reply(command, sequence), command::refuse);
  }

  private void accept(InputCommand command) {
    Input input = command.input();
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setInputAccepted(
                    InputAccepted.newBuilder()
                        .setInputId(command.inputId())
                        .setKind(InputKind.forNumber(input.getKindCase().getNumber()))
                        .setInput(input)),
            request(command));
    long sequence = session.state().sequence();
    tellHandoff(command);
    session
        .journal()
        .whenDurable(
            () -> {
              reply(command, sequence);
              outbox.offer(command.inputId(), input);
            },
            command::refuse);
  }

  /** What an equal repeat is known by. */
  private static PrivatePart request(InputCommand command) {
    return PrivatePart.newBuilder()
        .setRequestId(command.requestId())
        .setRequestFingerprint(command.fingerprint())
        .build();
  }

  /** The answer to a handoff is part of its story from the moment it is accepted. */
  private void tellHandoff(InputCommand command) {
    Input input = command.input();
    if (input.hasHandoffOutput()) {
      HandoffOutput output = input.getHandoffOutput();
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setHandoffOutputAdded(
                      HandoffOutputAdded.newBuilder()
                          .setHandoffId(output.getHandoffId())
                          .setText(output.getText())
                          .setPhase(output.getPhase())
                          .setInputId(command.inputId())));
      if (output.getPhase() == HandoffOutput.Phase.FINAL) {
        completeHandoff(output.getHandoffId(), "");
      }
    } else if (input.hasHandoffComplete()) {
      completeHandoff(
          input.getHandoffComplete().getHandoffId(), input.getHandoffComplete().getReason());
    }
  }

  private void completeHandoff(String handoffId, String reason) {
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setHandoffCompleted(
                    HandoffCompleted.newBuilder().setHandoffId(handoffId).setReason(reason)));
  }

  private void reached(InputCommand command) {
    ClientMilestone milestone = command.input().getClientMilestone();
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setCall(milestone.getCall())
                .setClientMilestoneReached(
                    ClientMilestoneReached.newBuilder()
                        .setInputId(command.inputId())
                        .setName(milestone.getName())
                        .setTiming(
                            Timing.newBuilder()
                                .setElapsed(milestone.getElapsed())
                                .setTotal(milestone.getTotal()))),
            request(command));
    session.limits().reached(milestone.getName());
    session.nextCall().onHeard();
    long sequence = session.state().sequence();
    session.journal().whenDurable(() -> reply(command, sequence), command::refuse);
  }

  private static void reply(InputCommand command, long sequence) {
    command
        .reply()
        .complete(
            SendResponse.newBuilder().setInputId(command.inputId()).setSequence(sequence).build());
  }

  private Optional<SessionException> judge(Input input) {
    if (session.state().isEnding()) {
      return refuse(ErrorCode.CONVERSATION_ENDED, "conversation: is over (expected: a live one)");
    }
    if (!context.log().isWritable() || session.rest().isResting()) {
      return Optional.of(Refusals.unwritable());
    }
    return switch (input.getKindCase()) {
      case AUDIO -> outbox.judgeAudio(input.getAudio());
      case CLIENT_MILESTONE -> judgeMilestone(input.getClientMilestone().getCall());
      case HANDOFF_OUTPUT -> judgeHandoff(input.getHandoffOutput().getHandoffId());
      case HANDOFF_COMPLETE -> judgeHandoff(input.getHandoffComplete().getHandoffId());
      case TOOL_OUTPUT -> judgeToolOutput(input.getToolOutput().getToolCallId());
      default -> judgeRoom();
    };
  }

  private Optional<SessionException> judgeMilestone(int call) {
    int calls = session.state().calls().following() - 1;
    if (Integer.compareUnsigned(call, calls) > 0) {
      return refuse(
          ErrorCode.REQUEST_INVALID,
          "client_milestone.call: there is none of this number (expected: 0 to " + calls + ")");
    }
    return session.state().milestones().reportedCount() < MAX_CLIENT_MILESTONES
        ? Optional.empty()
        : full(
            ErrorCode.MILESTONES_FULL,
            "client_milestone: the conversation has "
                + MAX_CLIENT_MILESTONES
                + " of them (expected: no further one)",
            MAX_CLIENT_MILESTONES);
  }

  private Optional<SessionException> judgeHandoff(String handoffId) {
    HandoffBook handoffs = session.state().handoffs();
    if (handoffs.isOpen(handoffId)) {
      return judgeRoom();
    }
    return handoffs.wasClosed(handoffId)
        ? refuse(
            ErrorCode.HANDOFF_CLOSED,
            "handoff_id: has its final answer already (expected: an open handoff)")
        : refuse(
            ErrorCode.HANDOFF_UNKNOWN, "handoff_id: unknown (expected: one of HandoffRequested)");
  }

  private Optional<SessionException> judgeToolOutput(String toolCallId) {
    return session.state().handoffs().isToolCallOpen(toolCallId)
        ? judgeRoom()
        : refuse(
            ErrorCode.TOOL_CALL_UNKNOWN, "tool_call_id: not open (expected: of ToolCallRequested)");
  }

  private Optional<SessionException> judgeRoom() {
    int limit = context.config().maxPendingInputs();
    return session.state().inputs().pendingCount() < limit
        ? Optional.empty()
        : full(
            ErrorCode.INBOX_FULL,
            "inputs: " + limit + " wait for the provider (expected: fewer; try again later)",
            limit);
  }

  private static Optional<SessionException> full(ErrorCode code, String message, int limit) {
    return Optional.of(
        new SessionException(
            code, message, Map.of("limit", Integer.toString(limit)), Optional.empty()));
  }

  private static Optional<SessionException> refuse(ErrorCode code, String message) {
    return Optional.of(new SessionException(code, message));
  }
}
