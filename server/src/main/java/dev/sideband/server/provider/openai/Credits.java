package dev.sideband.server.provider.openai;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many events may be told before one is handled.
 *
 * <p><b>Threads.</b> {@link #take} is called by the reader only; the rest by anyone.
 *
 * <p><b>Full.</b> With 64 events unhandled the reader waits, and so the provider's socket fills.
 */
final class Credits {

  /** What came of waiting. */
  enum Taken {
    YES,
    STALLED,
    CLOSED
  }

  static final int MAX_UNHANDLED = 64;

  private final LongSupplier nanoTime;
  private int unhandled;
  private boolean waiting;
  private boolean closed;
  private long lastWaitNanos;

  Credits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastWaitNanos = nanoTime.getAsLong();
  }

  /** Waits for room, at most so long. */
  synchronized Taken take(Duration patience) throws InterruptedException {
    long deadline = nanoTime.getAsLong() + patience.toNanos();
    waiting = unhandled >= MAX_UNHANDLED;
    try {
      while (unhandled >= MAX_UNHANDLED && !closed) {
        long left = deadline - nanoTime.getAsLong();
        if (left <= 0) {
          return Taken.STALLED;
        }
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    } finally {
      if (waiting) {
        waiting = false;
        lastWaitNanos = nanoTime.getAsLong();
      }
    }
    if (closed) {
      return Taken.CLOSED;
    }
    unhandled++;
    return Taken.YES;
  }

  /** Takes one, room or not: for the rare event that is not the provider's. */
  synchronized void takeAnyway() {
    unhandled++;
  }

  /** One event was handled. */
  synchronized void giveBack() {
    if (unhandled > 0) {
      unhandled--;
      notifyAll();
    }
  }

  /** Nobody waits any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** When the reader last had to wait: now, if it is waiting. */
  synchronized long lastWaitNanos() {
    return waiting ? nanoTime.getAsLong() : lastWaitNanos;
  }
}
