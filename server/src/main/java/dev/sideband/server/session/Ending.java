package dev.sideband.server.session;

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
import org.jspecify.annotations.Nullable;

/**
 * A session's end, in two events: ConversationEnding, then the call is hung up, then
 * ConversationEnded, after which nothing is appended.
 *
 * <p><b>Promise.</b> A conversation ends once: the first reason stands. A call whose id is known is
 * hung up, also one that is created while the conversation is ending, and those that were renewed
 * or were to be; the last event comes when all of them have an outcome, and has that of the call in
 * use. Until then it is ENDING, in the next process too.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Ending {
  private final Session session;
  private boolean hangUpDue;
  private boolean hangingUp;
  private boolean finished;
  private @Nullable HangUp hangUp;

  Ending(Session session) {
    this.session = session;
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

  /** The same; one that has begun is not kept waiting by pauses of its hang-ups. */
  void hurry(EndReason reason) {
    begin(reason);
    session.hangUps().hurry();
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
    if (!session.opening().isCreating() && !session.renewal().isCreating()) {
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
    session.hangUps().retireAll();
    session
        .secrets()
        .callId()
        .ifPresentOrElse(
            id -> session.hangUps().hangUp(session.state().call(), id, this::hungUp),
            () ->
                hungUp(
                    session.opening().mayHaveUnknownCall() ? HangUp.CALL_UNKNOWN : HangUp.NO_CALL));
  }

  private void hungUp(HangUp outcome) {
    hangUp = outcome;
    onRetired();
  }

  /** A call that was out of use has its outcome too. */
  void onRetired() {
    if (hangUp != null && session.hangUps().isIdle()) {
      finish(hangUp);
    }
  }

  private void finish(HangUp outcome) {
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
                        .setHangUp(outcome)
                        .setDuration(ProtoTime.of(session.trace().total()))
                        .setUsage(session.state().usage())));
    session.journal().whenDurable(session::over);
  }
}
