package dev.sideband.cli.call;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The microphone's clock: hands one frame every 10 ms to a sink, catching up after a pause, until
 * it is closed. A sink that throws ends it.
 *
 * <p><b>Threads.</b> Frames leave on the scheduler's thread; {@link #sent} is readable anywhere.
 * After {@link #close} no frame leaves any more.
 */
public final class FramePump implements AutoCloseable {
  private static final long PERIOD_MS = 10;

  private final SpeechFrames frames;
  private final Consumer<byte[]> sink;
  private final AtomicInteger sent = new AtomicInteger();
  private final ScheduledFuture<?> ticking;
  private final Object turn = new Object();
  private boolean closed;

  /** Starts at once. */
  public FramePump(ScheduledExecutorService scheduler, SpeechFrames frames, Consumer<byte[]> sink) {
    this.frames = frames;
    this.sink = sink;
    ticking = scheduler.scheduleAtFixedRate(this::tick, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    synchronized (turn) {
      if (!closed) {
        sink.accept(frames.next());
        sent.incrementAndGet();
      }
    }
  }

  /** How many frames left. */
  public int sent() {
    return sent.get();
  }

  @Override
  public void close() {
    ticking.cancel(false);
    synchronized (turn) {
      closed = true;
    }
  }
}
