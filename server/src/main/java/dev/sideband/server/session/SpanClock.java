package dev.sideband.server.session;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One clock for all spans of a session: wall time when it was made, monotonic from there, so that
 * the spans of a trace fit together whatever happens to the machine's time.
 *
 * <p><b>Threads.</b> Any.
 */
final class SpanClock {
  private final LongSupplier nanoTime;
  private final long zeroNanos;
  private final long zeroEpochNanos;

  SpanClock(SessionContext context) {
    this.nanoTime = context.nanoTime();
    this.zeroNanos = nanoTime.getAsLong();
    Instant now = context.clock().instant();
    this.zeroEpochNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Monotonic time now. */
  long nanos() {
    return nanoTime.getAsLong();
  }

  /** What a moment of monotonic time is since 1970. */
  long epochNanos(long nanos) {
    return zeroEpochNanos + (nanos - zeroNanos);
  }
}
