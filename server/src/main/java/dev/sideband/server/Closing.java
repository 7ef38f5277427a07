package dev.sideband.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be closed, last opened first. Closing one thing that fails does not keep the others
 * open.
 *
 * <p><b>Threads.</b> Things are added by one thread; {@link #close} is called by any, and works
 * once.
 */
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
  private static final long PATIENCE_SECONDS = 5;

  private record Thing(String name, AutoCloseable closer) {}

  private final Deque<Thing> things = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(String name, T thing) {
    things.push(new Thing(name, thing));
    return thing;
  }

  /** An executor: what it runs is let finish, within bounds; what it was to run later is not. */
  <T extends ExecutorService> T add(T executor) {
    add("threads", () -> shutDown(executor));
    if (executor instanceof ScheduledThreadPoolExecutor timer) {
      // Else it waits for the last of its delayed tasks, which nobody needs any more.
      timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }
    return executor;
  }

  private static void shutDown(ExecutorService executor) throws InterruptedException {
    executor.shutdown();
    if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("closing: threads did not end within {} s; they are interrupted", PATIENCE_SECONDS);
      executor.shutdownNow();
    }
  }

  @Override
  public synchronized void close() {
    while (!things.isEmpty()) {
      Thing thing = things.pop();
      try {
        thing.closer().close();
      } catch (Exception e) {
        LOG.warn("closing: {} failed", thing.name(), e);
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
