package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import dev.sideband.v1.SidebandLost;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's way to its provider: joins the sideband, again and again within its {@link
 * JoinBudget}, tells it our session ({@link SessionConfirmation}), hears it, and rejoins the same
 * call when it is lost.
 *
 * <p><b>States.</b> Idle until {@link #begin} or {@link #resume}; joining (an attempt runs, or the
 * next one waits for its backoff); open; then, if it is lost, joining again; closed for good.
 *
 * <p><b>Promise.</b> Each attempt is an event before it is made, but for an {@link EarlyJoin}. What
 * comes from an attempt that is no longer current is dropped. SidebandRejoined comes before all
 * that is heard after it.
 *
 * <p><b>Threads.</b> The coordinator's only; the listener hops to it first.
 */
final class SidebandLink implements JoinAttempt.Hearer {
  private final Session session;
  private final SessionContext context;
  private final SessionConfirmation confirmation;
  private JoinBudget budget;
  private @Nullable JoinAttempt current;
  private Timers.@Nullable Timer backoff;
  private int attachment;
  private int attempts;
  private Places.@Nullable Place place;
  private boolean paced;
  private boolean open;
  private boolean closed;

  SidebandLink(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
    this.confirmation = new SessionConfirmation(session, context);
    this.budget = JoinBudget.ofFirstJoin(context);
  }

  /** Starts joining a call for the first time; returns at once. */
  void begin() {
    if (!closed) {
      session.trace().joinBegan();
      join(Duration.ZERO);
    }
  }

  /** The same for a call that an earlier process created: it waits its turn, as rejoins do. */
  void beginInTurn() {
    paced = true;
    begin();
  }

  /** Starts rejoining what another session had joined, perhaps by an attempt made early. */
  void resume(SidebandLost.Cause why, Optional<EarlyJoin> early) {
    paced = true;
    budget = JoinBudget.ofRejoin(context);
    if (!session.state().sideband().isLost()) {
      attachment = session.state().sideband().attachment();
      lost(SidebandLost.newBuilder().setCause(why), true);
    }
    session.trace().rejoinBegan();
    nextAttachment();
    early.ifPresentOrElse(this::adopt, this::nextAttempt);
  }

  private void adopt(EarlyJoin early) {
    JoinAttempt attempt = JoinAttempt.over(early, session, this);
    current = attempt;
    addJoining();
    budget.triedEarly(early::begunNanos);
    session.journal().whenDurable(() -> early.adopt(attempt));
  }

  private void join(Duration wait) {
    nextAttachment();
    tryAfter(wait);
  }

  private void nextAttachment() {
    attachment = session.state().sideband().attachment() + 1;
    attempts = 0;
    session.journal().trace(session.trace().joinTraceparent());
  }

  private void tryAfter(Duration wait) {
    if (wait.isZero()) {
      nextAttempt();
    } else {
      backoff = context.timers().after(wait, session.inTurn(this::nextAttempt));
    }
  }

  private void nextAttempt() {
    addJoining();
    int call = session.state().call();
    session.journal().whenDurable(() -> attemptInTurn(call));
  }

  private void addJoining() {
    attempts++;
    session
        .journal()
        .add(
            event()
                .setSidebandJoining(
                    SidebandJoining.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.trace().timing())));
  }

  private void attemptInTurn(int call) {
    if (closed || call != session.state().call()) {
      return; // Over, or renewed meanwhile.
    }
    budget.asked();
    if (paced) {
      place = context.rejoins().take(taken -> session.run(this::attempt));
    } else {
      attempt();
    }
  }

  private void attempt() {
    budget.tried();
    current = JoinAttempt.begin(session, context.provider(), this);
  }

  private void leavePlace() {
    if (place != null) {
      place.leave();
    }
  }

  @Override
  public void onOpen(JoinAttempt attempt) {
    if (attempt != current || closed) {
      return;
    }
    open = true;
    paced = true; // The next one is a rejoin.
    leavePlace();
    boolean again = session.state().sideband().isLost();
    session
        .journal()
        .add(
            event()
                .setSidebandJoined(
                    SidebandJoined.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.trace().timing())));
    session.trace().joinEnded(attempts);
    if (again) {
      session.journal().add(event().setSidebandRejoined(session.repair().gap()));
      confirmation.askAgain(attachment);
      session.onRejoined();
    } else {
      budget = JoinBudget.ofRejoin(context);
      confirmation.ask(attachment);
      session.outbox().onJoined();
    }
  }

  @Override
  public void onClosed(JoinAttempt attempt, SidebandClosed end) {
    if (attempt != current || closed) {
      return;
    }
    current = null;
    leavePlace();
    if (open) {
      onLost(end);
    } else {
      onJoinFailed(end);
    }
  }

  private void onJoinFailed(SidebandClosed end) {
    Optional<Duration> wait = budget.nextWait(end);
    if (wait.isPresent()) {
      tryAfter(wait.get());
      return;
    }
    ErrorCode code = ErrorCodes.ofFailedJoin(end);
    session.trace().joinFailed(code);
    if (!budget.isGone()) { // That a call is over is no error.
      session.journal().add(error(code, end.message()));
    }
    session.nextCall().callOver(budget.reason(end));
  }

  private void onLost(SidebandClosed end) {
    open = false;
    confirmation.close();
    boolean mayRejoin = session.secrets().callId().isPresent() && ErrorCodes.isWorthRejoining(end);
    Optional<Duration> wait = mayRejoin ? budget.nextWait() : Optional.empty();
    lost(
        SidebandLost.newBuilder()
            .setCloseCode(end.closeCode())
            .setCause(ErrorCodes.lossOf(end.cause())),
        wait.isPresent());
    if (wait.isPresent()) {
      session.trace().rejoinBegan();
      join(wait.get());
    } else {
      session.nextCall().callOver(ErrorCodes.reasonOfLoss(end));
    }
  }

  private void lost(SidebandLost.Builder loss, boolean willRejoin) {
    session.journal().add(event().setSidebandLost(loss.setWillRejoin(willRejoin)));
    if (willRejoin) {
      session.onLost();
    } else {
      session.repair().abandon();
    }
  }

  /** Sends a command; nothing while the sideband is not open. */
  void send(ProviderCommand command) {
    if (open && current != null) {
      current.sideband().send(command);
    }
  }

  /** What the provider says of our session. */
  SessionConfirmation confirmation() {
    return confirmation;
  }

  boolean isOpen() {
    return open;
  }

  /** Closes it for good; nothing is heard of it any more. */
  void close() {
    closed = true;
    release();
  }

  /** Lets go of the call's sideband, wherever that stands: another call is going to be in use. */
  void release() {
    open = false;
    if (backoff != null) {
      backoff.cancel();
    }
    confirmation.close();
    leavePlace();
    if (current != null) {
      current.sideband().close();
    }
    current = null;
  }

  /** Goes on with a renewed call, whose sideband was open and was told our session. */
  void renew(JoinAttempt opened) {
    opened.handTo(this);
    current = opened;
    attachment = session.state().sideband().attachment();
    open = true;
    paced = true;
    budget = JoinBudget.ofRejoin(context);
    confirmation.asked(attachment);
  }

  private RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder().setAttachment(attachment);
  }

  private RealtimeEvent.Builder error(ErrorCode code, String message) {
    Severity severity = session.nextCall().mayReplace() ? Severity.RECOVERABLE : Severity.FATAL;
    return event()
        .setErrorOccurred(
            ErrorOccurred.newBuilder().setSeverity(severity).setCode(code).setMessage(message));
  }

  @Override
  public boolean onHeard(JoinAttempt attempt, SidebandEvent event) {
    if (attempt == current && !closed) {
      if (event.events().stream().anyMatch(said -> !said.hasErrorOccurred())) {
        budget.refill();
      }
      session.intake().take(event, attachment);
      session.nextCall().onHeard();
    }
    return true;
  }
}
