package dev.sideband.server.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The threads that read the log: at once on the test's own, or when the test says so. */
final class FakeReader implements Executor {
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;
  boolean full;

  /** Reads nothing from now on. */
  void hold() {
    holding = true;
  }

  boolean isHolding() {
    return holding;
  }

  /** Reads what waits, and at once from now on. */
  void release() {
    holding = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  /** The process died, and its threads with it. */
  void crash() {
    held.clear();
  }

  @Override
  public void execute(Runnable reading) {
    if (full) {
      throw new RejectedExecutionException("no room");
    }
    if (holding) {
      held.add(reading);
    } else {
      reading.run();
    }
  }
}
