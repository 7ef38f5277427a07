package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartFailed;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.TransportKind;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's start: from ConversationStarted to the answer that its callers wait for.
 *
 * <p><b>Promise.</b> Creating the call begins beside the first append, and is never aborted or
 * repeated. No caller gets an answer whose CallCreated is not durable; every caller gets an
 * outcome. A call that comes after the conversation began to end is appended and hung up; one that
 * cannot be appended is hung up at once.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Opening {
  private final Session session;
  private final SessionContext context;
  private final AnswerOutcome<StartResponse> outcome = new AnswerOutcome<>();
  private Timers.@Nullable Timer deadline;
  private boolean creating;
  private boolean callMayExist;

  Opening(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /** Begins with the conversation's first event. */
  void begin(StartCommand command) {
    outcome.join(command.waiter());
    session.trace().startBegan(command.trace());
    session.journal().trace(session.trace().startTraceparent());
    session
        .journal()
        .add(StartEvents.started(command, context.config()), StartEvents.secrets(command));
    if (command.request().getTransport().hasWebRtc()) {
      createCall(command);
    } else {
      session.trace().appendBegan();
      session.journal().whenDurable(this::answer, this::fail);
    }
    deadline =
        context.timers().after(context.config().startTimeout(), session.inTurn(this::timedOut));
  }

  private void createCall(StartCommand command) {
    session.trace().createCallBegan();
    creating = true;
    CallRequest request =
        new CallRequest(
            command.request().getTransport().getWebRtc().getSdpOffer(),
            command.options(),
            session.trace().createCallTraceparent());
    session.journal().whenDurable(() -> {}, this::fail);
    context
        .provider()
        .createCall(request)
        .whenComplete((call, thrown) -> session.complete(() -> onCreateEnded(call, thrown)));
  }

  private void onCreateEnded(@Nullable CreatedCall call, @Nullable Throwable thrown) {
    creating = false;
    if (call != null) {
      onCreated(call);
    } else {
      onCreateFailed(ProviderException.of(thrown));
    }
  }

  private void onCreated(CreatedCall call) {
    session.trace().createCallEnded(call.processing());
    if (session.journal().isBroken()) {
      session.hangUps().unrecorded(call.id());
      return;
    }
    session
        .journal()
        .add(
            StartEvents.callCreated(call, session.secrets().options(), session.trace().timing())
                .setCall(session.state().call() + 1),
            PrivatePart.newBuilder()
                .setCallId(call.id().value())
                .setSdpAnswer(call.sdpAnswer())
                .build());
    session.trace().appendBegan();
    session
        .journal()
        .whenDurable(
            this::answer,
            unavailable -> {
              session.hangUps().unrecorded(call.id());
              fail(unavailable);
            });
    session.ending().onCreateEnded();
  }

  /** As the log has it, so that every repeat gets the same. */
  private StartResponse response() {
    CallCreated created = session.state().callCreated();
    StartResponse.Builder response =
        StartResponse.newBuilder()
            .setConversationId(session.id().toString())
            .setSequence(session.state().startAnsweredAt())
            .setSdpAnswer(session.secrets().sdpAnswer());
    if (created.hasProviderProcessing()) {
      response.setProviderProcessing(created.getProviderProcessing());
    }
    return response.build();
  }

  private void answer() {
    stopDeadline();
    session.trace().answerBegan();
    if (outcome.tryAnswer(response())) {
      session.trace().startEnded();
      session.link().begin();
      session.renewalWatch().set();
    }
  }

  private void onCreateFailed(ProviderException thrown) {
    ErrorCode code = ErrorCodes.of(thrown.kind());
    callMayExist = ErrorCodes.mayHaveCreated(thrown.kind());
    session.trace().createCallFailed(code);
    SessionException refusal =
        new SessionException(
            code, String.valueOf(thrown.getMessage()), Map.of(), thrown.retryAfter());
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setStartFailed(
                    StartFailed.newBuilder()
                        .setCode(code)
                        .setMessage(refusal.getMessage())
                        .setRetryable(ErrorCodes.isRetryable(thrown.kind()))
                        .setTiming(session.trace().timing())),
            StartRefusals.toPrivatePart(
                outcome.isOpen() ? Optional.of(refusal) : Optional.empty()));
    session.journal().whenDurable(() -> fail(refusal), this::fail);
    session.ending().begin(EndReason.START_FAILED);
    session.ending().onCreateEnded();
  }

  private void timedOut() {
    giveUp(
        new SessionException(
            ErrorCode.START_DEADLINE_EXCEEDED,
            "start: no answer from the provider within "
                + context.config().startTimeout().toMillis()
                + " ms (expected: start again with a new offer)"),
        EndReason.START_DEADLINE);
  }

  /** The journal is broken: no answer can become durable any more. */
  void onBroken() {
    fail(
        new SessionException(
            ErrorCode.LOG_UNAVAILABLE, "start: could not be recorded (expected: try again)"));
  }

  /** A caller has gone. The start goes on if another one still waits for it. */
  void abandoned(AnswerWaiter<StartResponse> waiter, ErrorCode why) {
    if (outcome.leave(waiter)) {
      giveUp(
          new SessionException(why, "start: its caller has gone"),
          why == ErrorCode.START_DEADLINE_EXCEEDED
              ? EndReason.START_DEADLINE
              : EndReason.START_WAS_CANCELLED);
    }
  }

  /** The conversation is about to end, and somebody may wait for its start. */
  void onEnding(EndReason reason) {
    if (reason == EndReason.START_FAILED) {
      return; // Why it failed is told as soon as that is durable.
    }
    fail(
        new SessionException(
            ErrorCode.START_CANCELLED, "start: the conversation ended first (" + reason + ")"));
  }

  private void giveUp(SessionException why, EndReason reason) {
    if (outcome.isOpen()) {
      fail(why);
      session.ending().begin(reason);
    }
  }

  /** Another caller of the same Start: it gets the first one's outcome. */
  void join(AnswerWaiter<StartResponse> waiter, ByteString fingerprint) {
    if (!fingerprint.equals(session.secrets().startFingerprint())) {
      context.metrics().startRefused(ErrorCode.REQUEST_ID_REUSED); // A Start of its own.
      waiter.failed(
          new SessionException(
              ErrorCode.REQUEST_ID_REUSED,
              "request_id: was used for a different Start (expected: a new one)"));
    } else if (!waiter.isDone()) { // It may have gone while the conversation was looked for.
      outcome.join(waiter);
    }
  }

  /** Takes up what an earlier process left, from the log: a repeat gets the first outcome. */
  void resume() {
    boolean hasCall =
        session.state().call() > 0
            || session.state().started().getTransport() == TransportKind.WEB_SOCKET;
    callMayExist = !hasCall && ErrorCodes.mayHaveCreated(session.state().startFailed().getCode());
    StartRefusals.of(session.state(), session.secrets())
        .ifPresentOrElse(outcome::tryRefuse, () -> outcome.tryAnswer(response()));
  }

  /** Why the Start has no answer, for the event that makes that true; empty if it may have one. */
  PrivatePart refusal() {
    return StartRefusals.toPrivatePart(outcome.refusal());
  }

  private void fail(SessionException why) {
    stopDeadline();
    if (outcome.tryRefuse(why)) {
      session.trace().startFailed(why.code());
    }
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  /** Whether the provider was asked for a call and has not answered. */
  boolean isCreating() {
    return creating;
  }

  /** Whether a call may exist whose id was never learned. */
  boolean mayHaveUnknownCall() {
    return callMayExist;
  }
}
