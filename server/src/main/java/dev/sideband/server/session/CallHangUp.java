package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.ConversationEnded.HangUp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call being hung up: asked for again and again, until the provider says what became of it.
 *
 * <p><b>Attempts.</b> Each is given up after {@link SessionConfig#hangUpTimeout}, and the next one
 * follows after a doubling, jittered pause. An answer that comes later than that still counts.
 *
 * <p><b>Promise.</b> One outcome, HUNG_UP or ALREADY_GONE, as soon as the provider says so; or
 * NOT_CONFIRMED, when an attempt fails after the end that the provider itself sets to every call.
 * There is at least one attempt.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class CallHangUp {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Session session;
  private final SessionContext context;
  private final CallId call;
  private final Instant callEnds;
  private final Runnable onFailure;
  private final Consumer<HangUp> onOutcome;
  private Duration pause = FIRST_PAUSE;
  private Timers.@Nullable Timer timer;
  private int attempts;
  private boolean asking;
  private boolean closed;
  private boolean finished;

  /**
   * Nothing is asked before {@link #begin}.
   *
   * @param callEnds when the provider ends the call by itself
   * @param onFailure an attempt failed, and there will be another one
   * @param onOutcome in a turn
   */
  CallHangUp(
      Session session,
      SessionContext context,
      CallId call,
      Instant callEnds,
      Runnable onFailure,
      Consumer<HangUp> onOutcome) {
    this.session = session;
    this.context = context;
    this.call = call;
    this.callEnds = callEnds;
    this.onFailure = onFailure;
    this.onOutcome = onOutcome;
  }

  void begin() {
    asking = true;
    int attempt = ++attempts;
    setTimer(context.config().hangUpTimeout(), this::onFailed);
    context
        .provider()
        .hangUp(call)
        .whenComplete(
            (outcome, thrown) ->
                session.complete(() -> onAnswer(attempt, outcome(outcome, thrown))));
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

  private void onAnswer(int attempt, HangUp answer) {
    if (answer != HangUp.NOT_CONFIRMED) {
      finish(answer);
    } else if (asking && attempt == attempts) {
      onFailed();
    }
  }

  private void onFailed() {
    asking = false;
    cancelTimer();
    if (!context.clock().instant().isBefore(callEnds)) {
      finish(HangUp.NOT_CONFIRMED);
    } else if (!closed && !finished) {
      onFailure.run();
      double jitter = context.random().nextDouble(0.9, 1.1);
      setTimer(Duration.ofNanos((long) (pause.toNanos() * jitter)), this::begin);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  private void finish(HangUp outcome) {
    if (!finished) {
      finished = true;
      cancelTimer();
      onOutcome.accept(outcome);
    }
  }

  /** Somebody needs the outcome: the pause that it is in, if any, is over. */
  void hurry() {
    if (!asking && !closed && !finished) {
      cancelTimer();
      begin();
    }
  }

  /** Asks no more; what was asked may still have its outcome. */
  void close() {
    closed = true;
    if (!asking) {
      cancelTimer();
    }
  }

  private void setTimer(Duration delay, Runnable action) {
    timer = context.timers().after(delay, session.inTurn(action));
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
