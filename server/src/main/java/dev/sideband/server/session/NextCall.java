package dev.sideband.server.session;

import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.CallRenewed;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The call that is to take the place of the one in use: joined beside it ({@link RenewalJoin}), and
 * put into use as soon as it is ready, a client reported that it holds it, and nobody is in
 * mid-sentence in the other; for both it waits {@link #PATIENCE} at most.
 *
 * <p><b>Promise.</b> Until CallRenewed everything goes through the call in use. What the next one
 * is told first is what was said so far ({@link SeedBook}), then what the old one did not
 * acknowledge, then what waits. An end of the call in use waits for the outcome while another may
 * go on.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class NextCall {
  /** How long a caller is not cut off, and how long ago one has its answer that reports nothing. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Session session;
  private final SessionContext context;
  private final ResponseGate gate;
  private @Nullable RenewalJoin join;
  private Timers.@Nullable Timer patience;
  private @Nullable EndReason over;
  private boolean impatient;
  private boolean insistent;
  private boolean renewing;
  private boolean closed;

  NextCall(Session session, SessionContext context, ResponseGate gate) {
    this.session = session;
    this.context = context;
    this.gate = gate;
  }

  /** Begins to join it. */
  void join() {
    join(false);
  }

  /**
   * Joins one that an earlier process created; it waits its turn, as rejoins do. Nobody knows that
   * its answer was read, so that a report of it is insisted on.
   */
  void rejoin() {
    insistent = true;
    join(true);
  }

  private void join(boolean paced) {
    if (!closed) {
      join = new RenewalJoin(session, context, paced);
      join.begin();
    }
  }

  /** Something was heard of one of both calls: the next one may be able to take its place. */
  void onHeard() {
    if (join == null || renewing || !join.isReady()) {
      return;
    }
    if (join.isOutdated()) {
      join.tellAgain();
      return;
    }
    if (mayBeUsed() || impatient || join.isInUse() || over != null) {
      renew(join);
    } else if (patience == null) {
      patience = context.timers().after(PATIENCE, session.inTurn(this::losePatience));
    }
  }

  private boolean mayBeUsed() {
    boolean cutsNobody = session.state().floor().isFree() && gate.isIdle();
    return session.state().calls().isNextHeld() && (cutsNobody || !session.link().isOpen());
  }

  private void losePatience() {
    if (insistent && !session.state().calls().isNextHeld()) {
      session.renewal().failUnheld();
    } else {
      impatient = true;
      onHeard();
    }
  }

  private void renew(RenewalJoin ready) {
    ready.keepAll();
    renewing = true;
    over = null;
    session.link().release();
    session.onLost(); // What the old call did not acknowledge is the new one's business.
    int call = session.state().calls().next();
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setCall(call)
                .setAttachment(ready.attachment())
                .setCallRenewed(
                    CallRenewed.newBuilder().setCall(call).setTiming(session.renewal().timing())));
    session.journal().whenDurable(() -> use(ready));
    session.hangUps().retireSoon();
  }

  /**
   * CallRenewed is durable, and only now the new call is told anything: else a server that died
   * just before would let the next one tell it the same again, as what was said in the old call.
   */
  private void use(RenewalJoin ready) {
    if (!closed) {
      JoinAttempt sideband = ready.handOver();
      stop();
      session.link().renew(sideband);
      session.onRenewed();
      for (SidebandEvent event : ready.early()) {
        session.link().onHeard(sideband, event);
        sideband.handled();
      }
      ready.end().ifPresent(end -> session.link().onClosed(sideband, end));
    }
  }

  /** Whether there is one, up to the moment from which it is used. */
  boolean isUnderWay() {
    return join != null || session.state().calls().next() > 0;
  }

  /** It comes to nothing, or is in use. */
  void stop() {
    if (join != null) {
      join.close();
    }
    join = null;
    if (patience != null) {
      patience.cancel();
    }
    patience = null;
    impatient = false;
    insistent = false;
    renewing = false;
  }

  /** The call in use is over: so is the conversation, unless another call may take its place. */
  void callOver(EndReason reason) {
    if (mayReplace() && ErrorCodes.isOfOneCall(reason)) {
      over = over == null ? reason : over;
      onHeard();
    } else {
      session.ending().begin(reason);
    }
  }

  /** Whether another call may take the place of the one in use. */
  boolean mayReplace() {
    return !session.state().isEnding()
        && (session.renewal().isAwaited() || session.state().calls().next() > 0);
  }

  /** No other call takes its place: an end that waited is one. */
  void endIfOver() {
    if (over != null) {
      session.ending().begin(over);
    }
  }

  /** The conversation is about to end, or to be left. */
  void close() {
    closed = true;
    stop();
  }
}
