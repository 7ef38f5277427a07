package dev.sideband.server.session;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator's alarm clock, by the monotonic clock.
 *
 * <p><b>Threads.</b> The coordinator's only. Bounded by what its sessions set: a handful for each.
 */
final class Timers {

  /** Something that will happen unless it is cancelled. */
  static final class Timer {
    private final long dueNanos;
    private @Nullable Runnable action;

    private Timer(long dueNanos, Runnable action) {
      this.dueNanos = dueNanos;
      this.action = action;
    }

    /** Makes it never happen, and lets go of what it would have done. */
    void cancel() {
      action = null;
    }
  }

  private final LongSupplier nanoTime;
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong((Timer timer) -> timer.dueNanos));

  Timers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  Timer after(Duration delay, Runnable action) {
    Timer timer = new Timer(nanoTime.getAsLong() + delay.toNanos(), action);
    timers.add(timer);
    return timer;
  }

  /** Runs all that is due. */
  boolean runDue() {
    boolean ran = false;
    while (nanosToNext() <= 0) {
      Runnable action = timers.remove().action;
      if (action != null) {
        action.run();
        ran = true;
      }
    }
    return ran;
  }

  /** How long nothing will be due; {@link Long#MAX_VALUE} if nothing is set. */
  long nanosToNext() {
    while (!timers.isEmpty() && timers.element().action == null) {
      timers.remove();
    }
    return timers.isEmpty() ? Long.MAX_VALUE : timers.element().dueNanos - nanoTime.getAsLong();
  }
}
