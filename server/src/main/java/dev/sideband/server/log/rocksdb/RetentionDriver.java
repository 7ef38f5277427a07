package dev.sideband.server.log.rocksdb;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Retention's thread: a pass at once, and a minute after each.
 *
 * <p><b>Threads.</b> {@link #close} may be called by anyone, before the log is closed, and waits
 * for the step that is under way.
 */
final class RetentionDriver implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Retention retention;
  private final ScheduledExecutorService thread;

  RetentionDriver(Retention retention, ThreadFactory threads) {
    this.retention = retention;
    this.thread = Executors.newSingleThreadScheduledExecutor(threads);
    var unused =
        thread.scheduleWithFixedDelay(retention::pass, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    retention.stop();
    thread.shutdown();
    boolean over = false;
    boolean interrupted = false;
    while (!over) {
      try {
        // A step is short; leaving it behind would close the database under it.
        over = thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    retention.release();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
