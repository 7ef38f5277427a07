package dev.sideband.server.session;

import dev.sideband.v1.EndReason;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandLost;
import java.util.List;

/**
 * Goes on with a conversation that an earlier process, or a broken session, left in the log.
 *
 * <p><b>Rules.</b> What was ending is finished. A start whose call was never learned of is over,
 * START_INTERRUPTED. A session of its own (web_socket) died with its socket, SERVER_FAILED. A call
 * is rejoined by its id (after a restart the socket is being opened already), or joined if it never
 * was, and its limits go on counting; what was accepted is sent, and open handoffs are offered
 * again, when it is back. A renewal whose call is in the log goes on beside that; a call that was
 * renewed is hung up, if it was not known to be. While the log takes no events only what is ending
 * goes on; the others rest.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class TakingUp {
  /** Of a conversation that was never heard in between: past that it breaks by itself. */
  static final int JOINS_UNHEARD = 100;

  private final Session session;
  private final SessionContext context;
  private boolean handoffsDue;
  private boolean restarting;

  TakingUp(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /**
   * Goes on.
   *
   * @param why the sideband is gone, if there was one
   */
  void begin(SidebandLost.Cause why) {
    goOn(why);
    context.earlyJoins().drop(session.id()); // Unless it was claimed.
  }

  private void goOn(SidebandLost.Cause why) {
    SessionState state = session.state();
    if (state.endingSequence() > 0) {
      session.ending().resume();
    } else if (state.call() == 0 && session.opening().mayHaveUnknownCall()) {
      session.ending().begin(EndReason.START_INTERRUPTED);
    } else if (session.secrets().callId().isEmpty()
        || state.sideband().joinsUnheard() > JOINS_UNHEARD) {
      session.ending().begin(EndReason.SERVER_FAILED);
    } else {
      if (why == SidebandLost.Cause.LOG_FULL) {
        session.limits().beginUnheard();
      } else {
        session.limits().begin();
      }
      restarting = why == SidebandLost.Cause.SERVER_RESTARTED;
      if (!context.log().isWritable()) {
        session.rest().begin();
      } else if (!state.isEnding()) {
        rejoin(why);
      }
    }
  }

  private void rejoin(SidebandLost.Cause why) {
    session.outbox().resume();
    session.renewal().resume();
    if (session.state().sideband().wasJoined()) {
      handoffsDue = why == SidebandLost.Cause.SERVER_RESTARTED;
      session
          .link()
          .resume(why, context.earlyJoins().claim(session.id(), session.secrets().callId()));
    } else {
      session.link().beginInTurn();
    }
  }

  /** Whether nothing is left to do of what a restart asks for. */
  boolean isDone() {
    return !restarting;
  }

  /** The sideband is back. */
  void onRejoined() {
    restarting = false;
    if (!handoffsDue) {
      return; // A client that was following knows them.
    }
    handoffsDue = false;
    for (HandoffRequested handoff : List.copyOf(session.state().handoffs().openHandoffs())) {
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setHandoffRequested(handoff.toBuilder().setRecovered(true)));
    }
  }
}
