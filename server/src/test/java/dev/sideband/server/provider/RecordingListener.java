package dev.sideband.server.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Records what a sideband tells, and that it keeps its promises: open at most once and first,
 * closed once and last, one call at a time. Any thread.
 */
public final class RecordingListener implements SidebandListener {
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<SidebandEvent> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<SidebandClosed> closes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> opens = new LinkedBlockingQueue<>();
  private final List<String> broken = new ArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private int told;
  private boolean isOpen;
  private boolean isClosed;

  @Override
  public void onOpen() {
    enter();
    synchronized (this) {
      check(!isOpen && !isClosed && told == 0, "onOpen came late or twice");
      isOpen = true;
    }
    opens.add(true);
    inside.decrementAndGet();
  }

  @Override
  public void onEvent(SidebandEvent event) {
    enter();
    synchronized (this) {
      check(isOpen && !isClosed, "onEvent outside of open and closed");
      told++;
    }
    events.add(event);
    inside.decrementAndGet();
  }

  @Override
  public void onClosed(SidebandClosed closed) {
    enter();
    synchronized (this) {
      check(!isClosed, "onClosed came twice");
      isClosed = true;
    }
    closes.add(closed);
    inside.decrementAndGet();
  }

  private void enter() {
    boolean alone = inside.incrementAndGet() == 1;
    synchronized (this) {
      check(alone, "two calls at a time");
    }
  }

  private void check(boolean kept, String promise) {
    if (!kept) {
      broken.add(promise);
    }
  }

  /** Waits for the opening. */
  public void awaitOpen() {
    next(opens, "onOpen");
  }

  /** Waits for the next event that was not taken yet. */
  public SidebandEvent nextEvent() {
    return next(events, "onEvent");
  }

  /** Waits for the end, and checks what came before it. */
  public SidebandClosed awaitClosed() {
    SidebandClosed closed = next(closes, "onClosed");
    synchronized (this) {
      if (!broken.isEmpty()) {
        throw new AssertionError("promises broken: " + broken);
      }
    }
    return closed;
  }

  /** How many events were told so far. */
  public synchronized int told() {
    return told;
  }

  /** Whether it is over. */
  public synchronized boolean isClosed() {
    return isClosed;
  }

  /** Whether it was ever open. */
  public synchronized boolean wasOpen() {
    return isOpen;
  }

  private <T> T next(BlockingQueue<T> queue, String what) {
    try {
      @Nullable T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no " + what + "; closed: " + closes.peek());
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }
}
