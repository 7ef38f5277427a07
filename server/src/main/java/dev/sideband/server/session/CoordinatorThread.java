package dev.sideband.server.session;

import java.util.concurrent.ThreadFactory;

/** Drives one coordinator: the few lines that are its thread. */
final class CoordinatorThread {
  private final SessionCoordinator coordinator;
  private final Thread thread;
  private volatile boolean stopping;

  CoordinatorThread(SessionCoordinator coordinator, ThreadFactory threads) {
    this.coordinator = coordinator;
    this.thread = threads.newThread(this::drive);
  }

  void start() {
    thread.start();
  }

  private void drive() {
    while (!stopping) {
      if (!coordinator.turn()) {
        coordinator.await();
      }
    }
  }

  /** Stops after the turn that runs, and waits for that. */
  void stop() throws InterruptedException {
    stopping = true;
    coordinator.lanes().wake();
    thread.join();
  }
}
