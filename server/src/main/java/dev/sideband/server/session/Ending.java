package dev.sideband.server.session;

import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationEnding;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.HandoffSuperseded;
import dev.sideband.v1.InputDiscarded;
import dev.sideband.v1.InputInDoubt;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A session's end, in two events: ConversationEnding, then the call is hung up, then
 * ConversationEnded, after which nothing is appended.
 *
 * <p><b>Promise.</b> A conversation ends once: the first reason stands. A call whose id is known is
 * hung up, also one that is created while the conversation is ending; the last event says whether
 * the provider confirmed it within {@link SessionConfig#hangUpTimeout}.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Ending {
  private final Session session;
  private final SessionContext context;
  private boolean hangUpDue;
  private boolean hangingUp;
  private boolean finished;

  Ending(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /** Begins to end, unless that has begun already. */
  void begin(EndReason reason) {
    if (session.state().isEnding() || session.journal().isBroken()) {
      return;
    }
    discardUnsent();
    doubtUnacknowledged();
    supersedeHandoffs();
    session.opening().onEnding(reason);
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setConversationEnding(ConversationEnding.newBuilder().setReason(reason)),
            session.opening().refusal());
    session.onEnding();
    session.journal().whenDurable(this::hangUpSoon);
  }

  /** Goes on where an earlier process stopped, ConversationEnding being durable. */
  void resume() {
    hangUpSoon();
  }

  private void discardUnsent() {
    for (InputBook.Pending input : session.state().inputs().inStage(InputBook.Stage.ACCEPTED)) {
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setInputDiscarded(
                      InputDiscarded.newBuilder()
                          .setInputId(input.inputId())
                          .setCause(InputDiscarded.Cause.CONVERSATION_IS_ENDING)));
    }
  }

  private void doubtUnacknowledged() {
    List<InputBook.Pending> sent =
        new ArrayList<>(session.state().inputs().inStage(InputBook.Stage.IN_DOUBT));
    sent.addAll(session.state().inputs().inStage(InputBook.Stage.SENT));
    for (InputBook.Pending input : sent) {
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setInputInDoubt(InputInDoubt.newBuilder().setInputId(input.inputId())));
    }
  }

  private void supersedeHandoffs() {
    List<HandoffRequested> open = new ArrayList<>(session.state().handoffs().openHandoffs());
    for (HandoffRequested handoff : open) {
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setHandoffSuperseded(
                      HandoffSuperseded.newBuilder().setHandoffId(handoff.getHandoffId())));
    }
  }

  private void hangUpSoon() {
    hangUpDue = true;
    if (!session.opening().isCreating()) {
      session.journal().whenDurable(this::hangUp);
    }
  }

  /** The provider answered the create that was in flight, with a call or without. */
  void onCreateEnded() {
    if (hangUpDue) {
      session.journal().whenDurable(this::hangUp);
    }
  }

  private void hangUp() {
    if (hangingUp) {
      return;
    }
    hangingUp = true;
    session
        .secrets()
        .callId()
        .ifPresentOrElse(
            call -> {
              Timers.Timer timeout =
                  context
                      .timers()
                      .after(
                          context.config().hangUpTimeout(),
                          session.inTurn(() -> finish(HangUp.NOT_CONFIRMED)));
              context
                  .provider()
                  .hangUp(call)
                  .whenComplete(
                      (outcome, thrown) ->
                          session.complete(
                              () -> {
                                timeout.cancel();
                                finish(outcome(outcome, thrown));
                              }));
            },
            () ->
                finish(
                    session.opening().mayHaveUnknownCall() ? HangUp.CALL_UNKNOWN : HangUp.NO_CALL));
  }

  private static HangUp outcome(@Nullable HangUpOutcome outcome, @Nullable Throwable thrown) {
    if (outcome != null) {
      return outcome == HangUpOutcome.HUNG_UP ? HangUp.HUNG_UP : HangUp.ALREADY_GONE;
    }
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof ProviderException refused
            && refused.kind() == ProviderException.Kind.NOT_FOUND
        ? HangUp.ALREADY_GONE
        : HangUp.NOT_CONFIRMED;
  }

  private void finish(HangUp hangUp) {
    if (finished) {
      return;
    }
    finished = true;
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setConversationEnded(
                    ConversationEnded.newBuilder()
                        .setReason(session.state().endReason())
                        .setHangUp(hangUp)
                        .setDuration(ProtoTime.of(session.trace().total()))
                        .setUsage(session.state().usage())));
    session.journal().whenDurable(session::over);
  }
}
