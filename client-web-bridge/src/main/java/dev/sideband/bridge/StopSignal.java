package dev.sideband.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/**
 * What tells the bridge to stop: Ctrl-C or another signal, and the end of its input if it asks for
 * that. After a signal the process goes when this is closed.
 *
 * <p><b>Threads.</b> The program's waits and closes; the signal comes on a thread of the JVM's, the
 * end of input on one of this object's own.
 */
final class StopSignal implements AutoCloseable {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Heeds signals from now on; one that came before has ended the process at once. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndAwait, "shutdown"));
  }

  /** Stops at the end of this input, too, whatever it says until then. */
  void stopAtEndOf(InputStream input) {
    Thread reader = new Thread(() -> drain(input), "stdin");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits until somebody wants the program to stop. */
  void await() throws InterruptedException {
    stop.await();
  }

  private void drain(InputStream input) {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Input that cannot be read is at its end.
    }
    stop.countDown();
  }

  private void stopAndAwait() {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The program has stopped, and closed all that it had open: the process may go. */
  @Override
  public void close() {
    stopped.countDown();
  }
}
