package dev.sideband.server.log.rocksdb;

import java.util.concurrent.ThreadFactory;

/**
 * The log writer's thread: polls when there is work, and now and then when there is none; ends when
 * the queue is closed and empty.
 *
 * <p><b>Threads.</b> {@link #finish} may be called by anyone but the log writer itself.
 */
final class LogWriterDriver {
  private final AppendQueue queue;
  private final LogWriter writer;
  private final Thread thread;

  LogWriterDriver(AppendQueue queue, LogWriter writer, ThreadFactory threads) {
    this.queue = queue;
    this.writer = writer;
    this.thread = threads.newThread(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (queue.awaitWork(FreeSpace.PROBE_INTERVAL)) {
      writer.poll();
    }
  }

  /** Refuses further work, and waits until what is queued has met its fate. */
  void finish() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("close: called by the log writer (expected: another thread)");
    }
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // Leaving the writer behind would close the database under it.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
