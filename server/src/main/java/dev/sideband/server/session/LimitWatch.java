package dev.sideband.server.session;

import dev.sideband.v1.EndReason;
import dev.sideband.v1.Limits;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends a conversation that has lasted too long, in which nothing happens, or whose promised media
 * never came.
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

  /** Sets what the conversation's first event says is in force. */
  void begin() {
    Limits limits = session.state().started().getLimits();
    Duration longest = ProtoTime.toDuration(limits.getMaxDuration());
    idleTimeout = ProtoTime.toDuration(limits.getIdleTimeout());
    activeNanos = context.nanoTime().getAsLong();
    if (!longest.isZero()) {
      lifetime = after(longest, EndReason.MAX_DURATION);
    }
    if (!idleTimeout.isZero()) {
      idle = context.timers().after(idleTimeout, session.inTurn(this::checkIdle));
    }
    if (session.state().started().getReportsMedia()) {
      media = after(context.config().mediaTimeout(), EndReason.NO_MEDIA);
    }
  }

  private Timers.Timer after(Duration delay, EndReason reason) {
    return context.timers().after(delay, session.inTurn(() -> session.ending().begin(reason)));
  }

  private void checkIdle() {
    Duration quiet = Duration.ofNanos(context.nanoTime().getAsLong() - activeNanos);
    if (quiet.compareTo(idleTimeout) >= 0) {
      session.ending().begin(EndReason.IDLE);
    } else {
      idle = context.timers().after(idleTimeout.minus(quiet), session.inTurn(this::checkIdle));
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

  void close() {
    for (Timers.Timer timer : new Timers.@Nullable Timer[] {lifetime, idle, media}) {
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
