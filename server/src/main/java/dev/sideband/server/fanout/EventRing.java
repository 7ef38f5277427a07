package dev.sideband.server.fanout;

import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEventListener;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's tail: a ring that the log writer fills and one fan-out thread empties.
 *
 * <p><b>Threads.</b> {@link #onCommitted} is called by the log writer only (asserted). The thread
 * {@code event-fanout} is started here and has ended when {@link #close} returns, unless a
 * subscriber's signal holds it, which is logged.
 *
 * <p><b>Full ring.</b> The log writer parks until there is room. The fan-out thread waits for
 * nobody, so it makes room at the speed of a few memory writes per subscriber. After {@link #close}
 * events are dropped: they are in the log.
 */
public final class EventRing implements CommittedEventListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventRing.class);

  static final int SLOTS = 4096;

  /** Of events that were published and not yet offered; a larger one passes alone. */
  static final long MAX_BYTES = 32L * 1024 * 1024;

  private static final long PARK_NANOS = 10_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Tally tally = new Tally();
  private final FanOutHandler handler;
  private final ParkingWaitStrategy waiting = new ParkingWaitStrategy();
  private final Disruptor<EventSlot> disruptor;
  private final RingBuffer<EventSlot> ring;
  private final AtomicReference<@Nullable Thread> fanOutThread = new AtomicReference<>();
  private volatile boolean closed;
  private long publishedBytes;
  private @Nullable Thread producer;

  /**
   * Starts the fan-out thread.
   *
   * @param maxSubscriptions that may be open at once
   * @param threads makes the fan-out thread
   */
  public EventRing(int maxSubscriptions, ThreadFactory threads) {
    handler = new FanOutHandler(maxSubscriptions, tally);
    disruptor =
        new Disruptor<>(EventSlot::new, SLOTS, named(threads), ProducerType.SINGLE, waiting);
    disruptor.setDefaultExceptionHandler(new KeepGoing());
    disruptor.handleEventsWith(handler);
    ring = disruptor.start();
  }

  private ThreadFactory named(ThreadFactory threads) {
    return runnable -> {
      Thread thread = threads.newThread(runnable);
      thread.setName("event-fanout");
      fanOutThread.set(thread);
      return thread;
    };
  }

  @Override
  public void onCommitted(CommittedEvent event) {
    assert isProducer() : "only the log writer publishes";
    if (!awaitRoom(event.event().length)) {
      return;
    }
    publishedBytes += event.event().length;
    long sequence = ring.next();
    try {
      ring.get(sequence).put(event);
    } finally {
      ring.publish(sequence);
    }
  }

  /** False if the ring was closed meanwhile. */
  private boolean awaitRoom(int bytes) {
    while (!closed) {
      long pending = publishedBytes - handler.handledBytes();
      if (ring.hasAvailableCapacity(1) && (pending == 0 || pending + bytes <= MAX_BYTES)) {
        return true;
      }
      LockSupport.parkNanos(PARK_NANOS);
    }
    return false;
  }

  private boolean isProducer() {
    if (producer == null) {
      producer = Thread.currentThread();
    }
    return producer == Thread.currentThread();
  }

  boolean tryRegister(Subscription subscription) {
    boolean queued = handler.tryRegister(subscription);
    waiting.nudge();
    return queued;
  }

  void unregister(Subscription subscription) {
    handler.unregister(subscription);
    waiting.nudge();
  }

  /** How many subscriptions hear, or are about to hear, what is published. */
  public int subscriptions() {
    return handler.subscriptions();
  }

  /** How many frames of live audio slow subscribers did not get, all together. */
  public long droppedAudioFrames() {
    return handler.droppedFrames();
  }

  /** How it does now. Looks at every subscription: for whoever watches, now and then. */
  public FanOutFigures figures() {
    long pending = ring.getCursor() - ring.getMinimumGatingSequence();
    return tally.figures(Math.max(0, pending), SLOTS, handler.droppedFrames());
  }

  Tally tally() {
    return tally;
  }

  /** Offers what was published, for at most two seconds, and ends the fan-out thread. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      disruptor.shutdown(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "The fan-out thread did not finish in {}; subscribers read the rest later", CLOSE_LIMIT);
      disruptor.halt();
    }
    joinFanOut();
  }

  private void joinFanOut() {
    Thread thread = fanOutThread.get();
    if (thread == null) {
      return;
    }
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.error("The fan-out thread is held by a subscriber's signal (expected: never waits)");
    }
  }

  /**
   * Logs and goes on: the library's own choice ends the thread, and the ring would then stop the
   * log. Nothing is lost by going on, because the handler keeps each subscriber's failure to
   * itself.
   */
  private static final class KeepGoing implements ExceptionHandler<EventSlot> {
    @Override
    public void handleEventException(Throwable failure, long sequence, EventSlot slot) {
      LOG.error("Offering an event failed", failure);
    }

    @Override
    public void handleOnStartException(Throwable failure) {
      LOG.error("The fan-out thread failed to start", failure);
    }

    @Override
    public void handleOnShutdownException(Throwable failure) {
      LOG.error("The fan-out thread failed to end", failure);
    }
  }
}
