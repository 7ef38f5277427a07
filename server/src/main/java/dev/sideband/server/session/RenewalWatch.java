package dev.sideband.server.session;

import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewalDue;
import dev.sideband.v1.TransportKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells, once for each call, that the provider will end it soon.
 *
 * <p><b>When.</b> {@link RenewalConfig#before} ahead of the end that the provider named, or, if it
 * named none, of {@link RenewalConfig#sessionLimit} after the call was created; but never in the
 * first half of a call. Both times come from events, so a restart changes nothing: what became due
 * meanwhile is told at once.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class RenewalWatch {
  private final Session session;
  private final SessionContext context;
  private Timers.@Nullable Timer timer;
  private boolean closed;

  RenewalWatch(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /** Sets the alarm by what is known now: of another call, or of another end of it. */
  void set() {
    cancel();
    CallBook calls = session.state().calls();
    if (closed
        || calls.isDueTold()
        || calls.current() == 0
        || session.state().started().getTransport() != TransportKind.WEB_RTC) {
      return;
    }
    Instant end = calls.term().end(context.config().renewal());
    Duration limit = Duration.between(ProtoTime.toInstant(calls.term().from()), end);
    Duration half = limit.dividedBy(2);
    Duration ahead = context.config().renewal().before();
    Instant due = end.minus(ahead.compareTo(half) < 0 ? ahead : half);
    Duration left = Duration.between(context.clock().instant(), due);
    if (left.isNegative() || left.isZero()) {
      tell(end, limit);
    } else {
      timer = context.timers().after(left, session.inTurn(() -> tell(end, limit)));
    }
  }

  private void tell(Instant end, Duration limit) {
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setRenewalDue(
                    RenewalDue.newBuilder()
                        .setDueAt(ProtoTime.of(end))
                        .setLimit(ProtoTime.of(limit))));
  }

  /** It tells nothing more. */
  void close() {
    closed = true;
    cancel();
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
