package dev.sideband.server.fanout;

import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one subscription has been offered and has not yet drained.
 *
 * <p><b>Threads.</b> {@link #offer} is called by the fan-out thread only; {@link #poll} and {@link
 * #isEmpty} by the drainer only; nothing waits. It is closed by the fan-out thread when it is full
 * and opened again by the drainer.
 *
 * <p><b>Full queue.</b> Stored events: all of them are discarded and the queue closes, because the
 * log has them. Live audio, which nothing else has: the oldest frames make room.
 *
 * <p>A drainer that polled while the queue closed may hold an event from behind a hole: it looks at
 * {@link #isOpen} after each poll, and believes what it got only if that is true.
 */
final class LiveQueue {
  static final int MAX_EVENTS = 1024;

  /** Of stored events; one that is larger alone is taken into an empty queue. */
  static final int MAX_BYTES = 256 * 1024;

  static final int MAX_AUDIO_FRAMES = 256;
  static final int MAX_AUDIO_BYTES = 128 * 1024;

  private final Lane stored = new Lane();
  private final Lane audio = new Lane();
  private volatile boolean open;
  private @Nullable CommittedEvent heldAudio;

  /** Lets events in. Stored events that were committed before are the log's to give. */
  void open() {
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  /** Takes the event if the queue is open. Returns how many audio frames made room for it. */
  int offer(CommittedEvent event) {
    if (!open) {
      return 0;
    }
    if (event.kind() == Kind.EPHEMERAL) {
      return offerAudio(event);
    }
    if (stored.isFull(event, MAX_EVENTS, MAX_BYTES)) {
      open = false;
      stored.clear();
      audio.clear();
      return 0;
    }
    stored.add(event);
    return 0;
  }

  private int offerAudio(CommittedEvent frame) {
    int dropped = 0;
    while (audio.isFull(frame, MAX_AUDIO_FRAMES, MAX_AUDIO_BYTES)) {
      if (audio.poll() == null) {
        break;
      }
      dropped++;
    }
    audio.add(frame);
    return dropped;
  }

  /**
   * The next event in the log's order, audio in its place between stored events, or null.
   *
   * @param drained the last stored sequence that the drainer has
   */
  @Nullable CommittedEvent poll(long drained) {
    // Stored is looked at first: whatever audio stands before the event seen here is visible below.
    CommittedEvent next = stored.peek();
    if (heldAudio == null) {
      heldAudio = audio.poll();
    }
    CommittedEvent held = heldAudio;
    if (held != null && (next == null ? held.sequence() <= drained : precedes(held, next))) {
      heldAudio = null;
      return held;
    }
    return stored.poll();
  }

  private static boolean precedes(CommittedEvent frame, CommittedEvent next) {
    return frame.sequence() < next.sequence();
  }

  boolean isEmpty() {
    return heldAudio == null && audio.peek() == null && stored.peek() == null;
  }

  /** How many bytes are queued, audio included. */
  long bytes() {
    return stored.bytes.get() + audio.bytes.get();
  }

  /** A queue that knows its size; the fan-out thread adds, both sides may poll. */
  private static final class Lane {
    private final ConcurrentLinkedQueue<CommittedEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    final AtomicLong bytes = new AtomicLong();

    boolean isFull(CommittedEvent another, int maxEvents, int maxBytes) {
      int queued = count.get();
      return queued > 0 && (queued >= maxEvents || bytes.get() + another.event().length > maxBytes);
    }

    void add(CommittedEvent event) {
      count.incrementAndGet();
      bytes.addAndGet(event.event().length);
      events.add(event);
    }

    @Nullable CommittedEvent peek() {
      return events.peek();
    }

    @Nullable CommittedEvent poll() {
      CommittedEvent event = events.poll();
      if (event != null) {
        count.decrementAndGet();
        bytes.addAndGet(-event.event().length);
      }
      return event;
    }

    @SuppressWarnings("StatementWithEmptyBody")
    void clear() {
      while (poll() != null) {}
    }
  }
}
