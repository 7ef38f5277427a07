package dev.sideband.cli.torture;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that is raised once, and how to wait for it. Threads: any. */
final class Signal {
  private final CountDownLatch latch = new CountDownLatch(1);

  void raise() {
    latch.countDown();
  }

  boolean isRaised() {
    return latch.getCount() == 0;
  }

  /** Waits so long, or until it is raised or this thread interrupted; says whether it is over. */
  boolean isRaisedWithin(long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
