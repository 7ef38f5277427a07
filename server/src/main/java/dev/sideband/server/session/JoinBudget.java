package dev.sideband.server.session;

import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.v1.EndReason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long and how often joining a call is tried, and when there is no use in it.
 *
 * <p><b>Budget.</b> A window, counted from the first attempt, so that waiting for a turn to join
 * costs nothing; within it attempts are spaced by a growing, jittered backoff, and one that never
 * was tried is made at once. It is {@linkplain #refill refilled} when the provider was heard: an
 * accepted upgrade alone may be followed by a refusal.
 *
 * <p><b>404.</b> A new call may not be known yet. One that was joined before is gone when the
 * provider says so {@link #GONE_AFTER} times in a row.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class JoinBudget {
  /** With the backoff between them, well within 3 s. */
  static final int GONE_AFTER = 3;

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  private final SessionContext context;
  private final Duration window;
  private final boolean wasJoined;
  private int tries;
  private int unknown;
  private LongSupplier firstTryNanos = () -> 0;
  private long askedNanos;
  private long waitedNanos;

  private JoinBudget(SessionContext context, Duration window, boolean wasJoined) {
    this.context = context;
    this.window = window;
    this.wasJoined = wasJoined;
  }

  /** For a new call. */
  static JoinBudget ofFirstJoin(SessionContext context) {
    return new JoinBudget(context, context.config().joinWindow(), false);
  }

  /** For a call that was joined before. */
  static JoinBudget ofRejoin(SessionContext context) {
    return new JoinBudget(context, context.config().rejoinWindow(), true);
  }

  /** An attempt is to be made, as soon as there is a place for it. */
  void asked() {
    askedNanos = context.nanoTime().getAsLong();
  }

  /** An attempt is being made, after it was {@link #asked} for. */
  void tried() {
    long now = context.nanoTime().getAsLong();
    if (tries == 0) {
      firstTryNanos = () -> now;
      waitedNanos = 0;
    } else {
      waitedNanos += now - askedNanos;
    }
    tries++;
  }

  /** The first attempt was made, or will be, at a time that somebody else knows. */
  void triedEarly(LongSupplier begunNanos) {
    firstTryNanos = begunNanos;
    waitedNanos = 0;
    tries = 1;
  }

  /** The provider said something: the next loss has the whole budget again. */
  void refill() {
    tries = 0;
    unknown = 0;
  }

  /** How long to wait before the next attempt; empty if the window leaves no room for it. */
  Optional<Duration> nextWait() {
    if (tries == 0) {
      return Optional.of(Duration.ZERO);
    }
    long doubled = FIRST_BACKOFF.toNanos() << Math.min(tries - 1, 10);
    double jitter = context.random().nextDouble(0.9, 1.1);
    long wait = (long) (Math.min(doubled, LONGEST_BACKOFF.toNanos()) * jitter);
    long spent = context.nanoTime().getAsLong() - firstTryNanos.getAsLong() - waitedNanos;
    return spent + wait < window.toNanos() ? Optional.of(Duration.ofNanos(wait)) : Optional.empty();
  }

  /** The same, after an attempt that failed so; empty also if another one would be of no use. */
  Optional<Duration> nextWait(SidebandClosed refused) {
    unknown = refused.cause() == SidebandClosed.Cause.NOT_FOUND ? unknown + 1 : 0;
    return isGone() || !ErrorCodes.isWorthRejoining(refused) ? Optional.empty() : nextWait();
  }

  /** Whether the provider says for sure that it does not know the call any more. */
  boolean isGone() {
    return wasJoined && unknown >= GONE_AFTER;
  }

  /** Why the conversation ends, when no attempt follows one that failed so. */
  EndReason reason(SidebandClosed refused) {
    return isGone() ? EndReason.CALL_IS_GONE : ErrorCodes.reasonOfFailedJoin(refused);
  }
}
