package dev.sideband.server.fanout;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Events for one subscriber, as the bytes of {@code RealtimeEvents{events}}: a tag and a length
 * before each event's own bytes, which are those that the log holds and are never encoded again.
 *
 * <p>At most {@link #MAX_BYTES}, or one event. Immutable once built.
 */
public final class EventBatch {

  /** Of a batch with more than one event: 64 KiB, less room for a cursor in the same message. */
  public static final int MAX_BYTES = 64 * 1024 - 64;

  /** {@code RealtimeEvents.events}: field 1, length-delimited. */
  private static final int TAG = (1 << 3) | 2;

  private final List<byte[]> events;
  private final int encodedSize;

  private EventBatch(List<byte[]> events, int encodedSize) {
    this.events = events;
    this.encodedSize = encodedSize;
  }

  /** How many events it holds; at least one. */
  public int count() {
    return events.size();
  }

  /** How many bytes {@link #writeTo} writes. */
  public int encodedSize() {
    return encodedSize;
  }

  /** Writes a {@code RealtimeEvents} message, or the first part of one. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] header = new byte[6];
    header[0] = TAG;
    for (byte[] event : events) {
      int length = event.length;
      int end = 1;
      while (length > 0x7f) {
        header[end++] = (byte) ((length & 0x7f) | 0x80);
        length >>>= 7;
      }
      header[end++] = (byte) length;
      out.write(header, 0, end);
      out.write(event, 0, event.length);
    }
  }

  private static int framed(byte[] event) {
    int size = 2 + event.length;
    for (int length = event.length; length > 0x7f; length >>>= 7) {
      size++;
    }
    return size;
  }

  /** Gathers a batch; used by one drainer. */
  static final class Builder {
    private final List<byte[]> events = new ArrayList<>();
    private int size;

    /** Whether the event found room; the first always does. */
    boolean tryAdd(byte[] event) {
      int grown = size + framed(event);
      if (!events.isEmpty() && grown > MAX_BYTES) {
        return false;
      }
      events.add(event);
      size = grown;
      return true;
    }

    boolean isEmpty() {
      return events.isEmpty();
    }

    EventBatch build() {
      return new EventBatch(events, size);
    }
  }
}
