package dev.sideband.server.fanout;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the ring without burning a core, and can be {@linkplain #nudge nudged}: the waiting
 * handler's {@code onTimeout} is then called although nothing was published.
 *
 * <p>Choose it where cores are few. The library's blocking strategies block only for the publisher
 * and spin for a handler further up; this one parks there too.
 *
 * <p><b>Threads.</b> One handler waits; anyone signals or nudges.
 */
final class ParkingWaitStrategy implements WaitStrategy {
  private static final int SPINS = 50;
  private static final long PARK_NANOS = 10_000;

  private final Object monitor = new Object();
  private boolean nudged;

  @Override
  public long waitFor(
      long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
      throws AlertException, InterruptedException, TimeoutException {
    if (cursor.get() < sequence) {
      awaitPublisher(sequence, cursor, barrier);
    }
    int spins = SPINS;
    long available = dependentSequence.get();
    while (available < sequence) {
      barrier.checkAlert();
      if (spins > 0) {
        spins--;
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PARK_NANOS);
      }
      available = dependentSequence.get();
    }
    return available;
  }

  private void awaitPublisher(long sequence, Sequence cursor, SequenceBarrier barrier)
      throws AlertException, InterruptedException, TimeoutException {
    synchronized (monitor) {
      while (cursor.get() < sequence) {
        barrier.checkAlert();
        if (nudged) {
          nudged = false;
          throw TimeoutException.INSTANCE;
        }
        monitor.wait();
      }
    }
  }

  @Override
  public void signalAllWhenBlocking() {
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }

  /** Wakes the waiting handler, or the next one that would wait, without an event. */
  void nudge() {
    synchronized (monitor) {
      nudged = true;
      monitor.notifyAll();
    }
  }
}
