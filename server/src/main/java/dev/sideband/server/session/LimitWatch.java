package dev.sideband.server.session;

import dev.sideband.v1.EndReason;
import dev.sideband.v1.Limits;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends a conversation that has lasted too long or cost too much, in which nothing happens, or whose
 * promised media never came.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class LimitWatch {
  /** Any of these shows that media flows. */
  private static final Set<String> MEDIA_MILESTONES =
      Set.of("ice_connected", "dtls_connected", "first_audio_sent", "first_audio_heard");

  private final Session session;
  private final SessionContext context;
  private Timers.@Nullable Timer lifetime;
  private Timers.@Nullable Timer idle;
  private Timers.@Nullable Timer media;
  private Duration idleTimeout = Duration.ZERO;
  private long activeNanos;

  LimitWatch(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /**
   * Sets what the conversation's first event says is in force. One that an earlier process began
   * has what is left of it by the times in its events; if nothing is, it ends at once.
   */
  void begin() {
    begin(ProtoTime.since(session.state().activeAt(), context.clock()));
  }

  /** The same, when this server has not listened: nobody knows how long it was quiet. */
  void beginUnheard() {
    begin(Duration.ZERO);
  }

  private void begin(Duration quiet) {
    SessionState state = session.state();
    Limits limits = state.started().getLimits();
    Duration age = ProtoTime.since(state.startedAt(), context.clock());
    Duration longest = ProtoTime.toDuration(limits.getMaxDuration());
    idleTimeout = ProtoTime.toDuration(limits.getIdleTimeout());
    activeNanos = context.nanoTime().getAsLong() - quiet.toNanos();
    if (!longest.isZero()) {
      lifetime = endAfter(longest.minus(age), EndReason.MAX_DURATION);
    }
    if (!idleTimeout.isZero() && !state.isEnding()) {
      checkIdle();
    }
    spent();
    if (state.isEnding()) {
      return;
    }
    if (state.started().getReportsMedia() && !state.milestones().reported(MEDIA_MILESTONES)) {
      media = endAfter(context.config().mediaTimeout(), EndReason.NO_MEDIA);
    }
  }

  private Timers.@Nullable Timer endAfter(Duration left, EndReason reason) {
    if (left.isNegative() || left.isZero()) {
      session.ending().begin(reason);
      return null;
    }
    return context.timers().after(left, session.inTurn(() -> session.ending().begin(reason)));
  }

  private void checkIdle() {
    Duration quiet = Duration.ofNanos(context.nanoTime().getAsLong() - activeNanos);
    if (quiet.compareTo(idleTimeout) >= 0) {
      session.ending().begin(EndReason.IDLE);
    } else {
      idle = context.timers().after(idleTimeout.minus(quiet), session.inTurn(this::checkIdle));
    }
  }

  /** Something may have been used: that of earlier processes counts too. */
  void spent() {
    long budget = session.state().started().getLimits().getBudgetMicroUsd();
    if (budget > 0 && session.state().usage().getCostMicroUsd() >= budget) {
      session.ending().begin(EndReason.BUDGET);
    }
  }

  /** There was speech, an input or a response. */
  void active() {
    activeNanos = context.nanoTime().getAsLong();
  }

  /** The client reported a milestone. */
  void reached(String milestone) {
    if (media != null && MEDIA_MILESTONES.contains(milestone)) {
      media.cancel();
    }
  }

  /** Nobody listens any more: whether anything is said, or media flows, is not known. */
  void stopListening() {
    cancel(idle);
    cancel(media);
  }

  void close() {
    cancel(lifetime);
    stopListening();
  }

  private static void cancel(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
