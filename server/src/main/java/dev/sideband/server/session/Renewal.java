package dev.sideband.server.session;

import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewalFailed;
import dev.sideband.v1.Timing;
import dev.sideband.v1.TransportKind;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's renewal of its call: from Renew to the answer that its callers wait for, and what
 * comes of it if that fails.
 *
 * <p><b>States.</b> Idle; creating; recording (CallCreated is added, and answers the Renew when it
 * is durable); then the {@link NextCall} is joined.
 *
 * <p><b>Promise.</b> One at a time; creating is never aborted or repeated. No caller gets an answer
 * whose CallCreated is not durable. A call that does not take the other's place is hung up, and
 * RenewalFailed says why.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Renewal {
  private final Session session;
  private final SessionContext context;
  private final NextCall nextCall;
  private @Nullable RenewalAnswer answer;
  private boolean creating;
  private long beganNanos;

  Renewal(Session session, SessionContext context, NextCall nextCall) {
    this.session = session;
    this.context = context;
    this.nextCall = nextCall;
  }

  /** Renews the call, or tells the caller why not. */
  void take(RenewCommand command) {
    if (command.waiter().isDone()) {
      return; // Its caller has gone already: a call would be nobody's.
    }
    if (answer != null && answer.isRepeatedBy(command)) {
      answer.join(command);
      return;
    }
    if (RenewalAnswer.tryRepeat(command, session)) {
      return;
    }
    judge()
        .ifPresentOrElse(
            refused -> command.waiter().failed(refused),
            () -> {
              answer = new RenewalAnswer(command);
              create(command);
            });
  }

  private Optional<SessionException> judge() {
    if (session.state().isEnding()) {
      return refuse(ErrorCode.CONVERSATION_ENDED, "conversation: is over (expected: a live one)");
    }
    if (!context.log().isWritable()) {
      return Optional.of(Refusals.unwritable()); // Before the provider is asked for a call.
    }
    if (session.state().started().getTransport() != TransportKind.WEB_RTC) {
      return refuse(
          ErrorCode.RENEWAL_NOT_ON_THIS_TRANSPORT,
          "renew: this conversation has a session of its own (expected: the web_rtc transport)");
    }
    if (creating || nextCall.isUnderWay() || session.state().call() == 0) {
      return refuse(
          ErrorCode.RENEWAL_UNDER_WAY,
          "renew: a call is being created or joined already (expected: wait for CallRenewed or"
              + " RenewalFailed)");
    }
    return Optional.empty();
  }

  private static Optional<SessionException> refuse(ErrorCode code, String message) {
    return Optional.of(new SessionException(code, message));
  }

  private void create(RenewCommand command) {
    beganNanos = context.nanoTime().getAsLong();
    creating = true;
    CallRequest request =
        new CallRequest(
            command.request().getSdpOffer(),
            session.secrets().effectiveOptions(),
            session.trace().renewalBegan());
    context
        .provider()
        .createCall(request)
        .whenComplete((call, thrown) -> session.complete(() -> onCreateEnded(call, thrown)));
  }

  private void onCreateEnded(@Nullable CreatedCall call, @Nullable Throwable thrown) {
    creating = false;
    if (call != null && session.journal().isBroken()) {
      session.hangUps().unrecorded(call.id());
    } else if (call != null) {
      onCreated(call, answer());
    } else if (!session.state().isEnding()) {
      ProviderException why = ProviderException.of(thrown);
      fail(
          new SessionException(
              ErrorCodes.of(why.kind()),
              String.valueOf(why.getMessage()),
              Map.of(),
              why.retryAfter()));
    }
    session.ending().onCreateEnded();
  }

  private void onCreated(CreatedCall call, RenewalAnswer asked) {
    int number = session.state().calls().following();
    session
        .journal()
        .add(
            StartEvents.callCreated(call, session.secrets().effectiveOptions(), timing())
                .setCall(number),
            asked.known().setCallId(call.id().value()).setSdpAnswer(call.sdpAnswer()).build());
    asked.created(number, session.state().sequence(), call.sdpAnswer());
    session
        .journal()
        .whenDurable(
            this::recorded,
            unavailable -> {
              session.hangUps().unrecorded(call.id());
              asked.refuse(unavailable);
            });
    if (!asked.isWaitedFor() && !session.state().isEnding()) {
      fail(nobodyWaits());
    }
  }

  private static SessionException nobodyWaits() {
    return new SessionException(ErrorCode.START_CANCELLED, "renew: its caller has gone");
  }

  /** Whoever asked for the new call may never have read the answer: he still has the old one. */
  void failUnheld() {
    fail(
        new SessionException(
            ErrorCode.START_CANCELLED, "renew: nobody reported a milestone of the new call"));
  }

  private void recorded() {
    if (session.state().isEnding() || session.state().calls().next() == 0) {
      return; // Given up meanwhile.
    }
    if (answer().isWaitedFor() && answer().tryTell()) {
      nextCall.join();
    } else {
      fail(nobodyWaits());
    }
  }

  private RenewalAnswer answer() {
    if (answer == null) {
      throw new IllegalStateException("renewal: idle (expected: one under way)");
    }
    return answer;
  }

  /** Takes up what an earlier process left: a call that was to take the other's place still is. */
  void resume() {
    session.hangUps().retireSoon();
    session.renewalWatch().set();
    CallBook calls = session.state().calls();
    if (calls.next() > 0) {
      beganNanos = context.nanoTime().getAsLong();
      nextCall.rejoin();
    }
  }

  /** A caller has gone. The renewal goes on if another one still waits for it. */
  void abandoned(AnswerWaiter<?> waiter) {
    if (answer == null || !answer.leave(waiter)) {
      return;
    }
    if (!creating && session.state().calls().next() > 0) {
      fail(nobodyWaits());
    } else {
      nextCall.endIfOver(); // What comes of creating is hung up.
    }
  }

  /** There is no new call, or it is of no use: the conversation goes on without. */
  void fail(SessionException why) {
    nextCall.stop();
    int call = session.state().calls().next();
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setCall(call)
                .setRenewalFailed(
                    RenewalFailed.newBuilder()
                        .setCode(why.code())
                        .setMessage(String.valueOf(why.getMessage()))
                        .setRetryable(ErrorCodes.isRetryable(why.code()))
                        .setCall(call)),
            RenewalAnswer.refusal(answer, why));
    if (answer != null) {
      RenewalAnswer asked = answer;
      session.journal().whenDurable(() -> asked.refuse(why), asked::refuse);
    }
    session.hangUps().retireSoon();
    nextCall.endIfOver();
  }

  /** Whether the provider was asked for a call that somebody waits for. */
  boolean isAwaited() {
    return creating && answer != null && answer.isWaitedFor();
  }

  /** Whether the provider was asked for a call and has not answered. */
  boolean isCreating() {
    return creating;
  }

  /** Since Renew was accepted, and since the conversation began. */
  Timing timing() {
    return session.trace().timing(beganNanos);
  }

  /** The conversation is about to end, or to be left: no call takes another's place any more. */
  void close() {
    nextCall.close();
    if (answer != null && session.state().isEnding()) {
      answer.refuse(
          new SessionException(
              ErrorCode.CONVERSATION_ENDED,
              "renew: the conversation ended (expected: a live one)"));
    }
  }

  /** The journal is broken: no answer can become durable any more. */
  void onBroken() {
    if (answer != null) {
      answer.refuse(
          new SessionException(
              ErrorCode.LOG_UNAVAILABLE, "renew: could not be recorded (expected: try again)"));
    }
  }
}
