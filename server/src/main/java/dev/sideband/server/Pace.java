package dev.sideband.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Time, as the one who plays something recorded lives through it. */
@FunctionalInterface
interface Pace {

  /**
   * Waits until so much time has passed since the first waiting; returns at once if it has.
   *
   * @throws InterruptedException if nobody wants to wait any more
   */
  void awaitUntil(Duration since) throws InterruptedException;

  /** By a monotonic clock. */
  static Pace of(LongSupplier nanoTime) {
    return new Pace() {
      private long began;
      private boolean begun;

      @Override
      public void awaitUntil(Duration since) throws InterruptedException {
        if (!begun) {
          begun = true;
          began = nanoTime.getAsLong();
        }
        long left = since.toNanos() - (nanoTime.getAsLong() - began);
        while (left > 0) {
          LockSupport.parkNanos(this, left);
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          left = since.toNanos() - (nanoTime.getAsLong() - began);
        }
      }
    };
  }
}
