package dev.sideband.server.provider.openai;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things later, on the given timer's thread, where nothing may wait. Any thread. */
final class Timer {
  private static final Logger LOG = LoggerFactory.getLogger(Timer.class);

  private final ScheduledExecutorService executor;

  Timer(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /** Does it after a while, unless that is cancelled; false if the timer is closed. */
  boolean tryIn(Duration delay, Runnable task) {
    return tryIn(delay.toNanos(), task);
  }

  /** The same, in nanoseconds. */
  boolean tryIn(long nanos, Runnable task) {
    try {
      Future<?> unused =
          executor.schedule(() -> run(task), Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  // A scheduled task's exception would lie unread in its future.
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("timer: a task failed", e);
    }
  }
}
