package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Joins the sideband of the call that is to take another's place, and tells it our session; it is
 * ready when the provider has answered, and not with a final error: an accepted upgrade alone may
 * be followed by a refusal.
 *
 * <p>What is heard before it takes the other's place is kept for whoever takes it over.
 *
 * <p><b>Full queue.</b> It counts as in use when speech or a response is heard on it, or {@link
 * #MAX_EARLY} messages; then nothing waits any longer but for the log. What is kept counts as not
 * handled, so that its sideband's own bound holds.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class RenewalJoin implements JoinAttempt.Hearer {
  private static final int MAX_EARLY = 32;

  private final Session session;
  private final SessionContext context;
  private final JoinBudget budget;
  private final boolean paced;
  private final int call;
  private final List<SidebandEvent> early = new ArrayList<>();
  private @Nullable JoinAttempt current;
  private Places.@Nullable Place place;
  private Timers.@Nullable Timer timer;
  private int attachment;
  private int attempts;
  private SessionOptions told = SessionOptions.getDefaultInstance();
  private Optional<SidebandClosed> end = Optional.empty();
  private boolean keeping;
  private boolean opened;
  private boolean inUse;
  private boolean closed;

  /**
   * @param paced whether it waits its turn, as rejoins do
   */
  RenewalJoin(Session session, SessionContext context, boolean paced) {
    this.session = session;
    this.context = context;
    this.paced = paced;
    this.budget = JoinBudget.ofFirstJoin(context);
    this.call = session.state().calls().next();
  }

  void begin() {
    attachment = session.state().calls().nextAttachment() + 1;
    attempts = 0;
    nextAttempt();
  }

  private void nextAttempt() {
    attempts++;
    session
        .journal()
        .add(
            event()
                .setSidebandJoining(
                    SidebandJoining.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.renewal().timing())));
    session.journal().whenDurable(this::attemptInTurn);
  }

  private void attemptInTurn() {
    if (closed) {
      return;
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
    current =
        session
            .secrets()
            .calls()
            .of(call)
            .map(id -> JoinAttempt.join(id, session, context.provider(), this))
            .orElseThrow();
  }

  @Override
  public void onOpen(JoinAttempt attempt) {
    if (attempt != current || closed) {
      return;
    }
    leavePlace();
    session
        .journal()
        .add(
            event()
                .setSidebandJoined(
                    SidebandJoined.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.renewal().timing())));
    opened = true;
    tell(attempt);
  }

  private void tell(JoinAttempt attempt) {
    told = session.secrets().effectiveOptions();
    session.trace().renewalTold();
    attempt
        .sideband()
        .send(new ProviderCommand.UpdateSession(SessionConfirmation.id(attachment), told));
    cancelTimer();
    timer =
        context.timers().after(context.config().configureTimeout(), session.inTurn(this::unheard));
  }

  /** Whether our session changed since it was told; too late if it is in use. */
  boolean isOutdated() {
    return !inUse && !told.equals(session.secrets().effectiveOptions());
  }

  /** Tells it our session once more, and waits for another answer. */
  void tellAgain() {
    if (current != null) {
      early.forEach(heard -> current.handled());
      early.clear();
      tell(current);
    }
  }

  private void unheard() {
    failed(
        ErrorCode.SESSION_CONFIGURE_TIMED_OUT,
        "session: not confirmed by the provider within "
            + context.config().configureTimeout().toMillis()
            + " ms");
  }

  @Override
  public boolean onHeard(JoinAttempt attempt, SidebandEvent event) {
    if (attempt != current || closed) {
      return true;
    }
    Optional<ErrorOccurred> fatal =
        event.events().stream()
            .map(RealtimeEvent::getErrorOccurred)
            .filter(error -> ProviderIntake.isFinal(error.getSeverity()))
            .findFirst();
    if (fatal.isPresent() && !keeping) {
      failed(fatal.get().getCode(), fatal.get().getMessage());
      return true;
    }
    if (ProviderIntake.isUpdated(event)) {
      session.trace().renewalConfirmed();
    }
    early.add(event);
    inUse |=
        event.events().stream()
            .anyMatch(said -> said.hasInputSpeechStarted() || said.hasResponseStarted());
    cancelTimer();
    session.nextCall().onHeard();
    return false;
  }

  @Override
  public void onClosed(JoinAttempt attempt, SidebandClosed why) {
    if (attempt != current || closed) {
      return;
    }
    if (keeping) {
      end = Optional.of(why);
      return;
    }
    current = null;
    session.trace().renewalLost(why.cause());
    leavePlace();
    cancelTimer();
    early.clear();
    Optional<Duration> wait = budget.nextWait(why);
    Runnable again = opened ? this::begin : this::nextAttempt;
    opened = false;
    if (wait.isPresent()) {
      timer = context.timers().after(wait.get(), session.inTurn(again));
    } else {
      failed(ErrorCodes.ofFailedJoin(why), why.message());
    }
  }

  private void failed(ErrorCode code, String message) {
    session.renewal().fail(new SessionException(code, message));
  }

  /** From now on it only keeps what is heard; that it is going to be in use is being recorded. */
  void keepAll() {
    keeping = true;
    cancelTimer();
  }

  /** How its sideband ended meanwhile, if it did. */
  Optional<SidebandClosed> end() {
    return end;
  }

  /** Whether the provider has answered. */
  boolean isReady() {
    return !early.isEmpty();
  }

  /** Whether its caller speaks on it already. */
  boolean isInUse() {
    return inUse || early.size() >= MAX_EARLY;
  }

  int attachment() {
    return attachment;
  }

  /** What was heard so far; of what is handed over, all that the caller will not hear itself. */
  List<SidebandEvent> early() {
    return early;
  }

  /** Lets go of the open sideband, which is the caller's from now on. */
  JoinAttempt handOver() {
    JoinAttempt opened = current;
    if (opened == null) {
      throw new IllegalStateException("sideband: not open (expected: when it is ready)");
    }
    current = null;
    close();
    return opened;
  }

  /** Closes it for good; nothing is heard of it any more. Safe to repeat. */
  void close() {
    closed = true;
    cancelTimer();
    leavePlace();
    if (current != null) {
      current.sideband().close();
    }
    current = null;
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
    }
  }

  private void leavePlace() {
    if (place != null) {
      place.leave();
    }
  }

  private RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder().setCall(call).setAttachment(attachment);
  }
}
