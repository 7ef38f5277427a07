package dev.sideband.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One conversation of a recording, entry by entry. Holds one page of it, from the moment that its
 * first entry is asked for.
 *
 * <p><b>Threads.</b> The feed's.
 */
final class RecordedTrack {
  private final Recording recording;
  private final Head head;
  private final Deque<LogEntry> page = new ArrayDeque<>();
  private Instant time;
  private long sequence;

  RecordedTrack(Recording recording, Head head) {
    this.recording = recording;
    this.head = head;
    this.time = head.startedAt();
  }

  ConversationId conversation() {
    return head.conversation();
  }

  /** How many entries were taken. */
  long sequence() {
    return sequence;
  }

  boolean hasNext() {
    return sequence < head.lastSequence();
  }

  /** When the next entry was stamped; never before the one that was taken last. */
  Instant nextTime() {
    return time;
  }

  /** What the next entry does to the log's indexes. */
  Lifecycle nextLifecycle() {
    if (sequence == 0) {
      return new Lifecycle.Starts(head.owner(), head.startedAt());
    }
    boolean ends = !head.live() && sequence + 1 == head.lastSequence();
    return ends ? new Lifecycle.Ends() : new Lifecycle.Continues();
  }

  /**
   * Takes the next entry.
   *
   * @throws EventLogException if the recording cannot be read
   */
  LogEntry take() {
    LogEntry next = peek();
    page.remove();
    sequence++;
    if (hasNext()) {
      Instant then = timeOf(peek(), sequence + 1);
      time = then.isAfter(time) ? then : time;
    }
    return next;
  }

  private LogEntry peek() {
    if (page.isEmpty()) {
      page.addAll(recording.read(head, sequence));
    }
    if (page.isEmpty()) {
      throw damaged(sequence + 1, "is missing");
    }
    return page.element();
  }

  /** When the recording of it ends. */
  Instant lastTime() {
    return recording.read(head, head.lastSequence() - 1).stream()
        .findFirst()
        .map(entry -> timeOf(entry, head.lastSequence()))
        .orElseThrow(() -> damaged(head.lastSequence(), "is missing"));
  }

  private Instant timeOf(LogEntry entry, long place) {
    try {
      Timestamp at = RealtimeEvent.parseFrom(entry.event()).getTime();
      return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    } catch (InvalidProtocolBufferException e) {
      throw damaged(place, "cannot be read");
    }
  }

  private EventLogException damaged(long place, String how) {
    return new EventLogException(
        EventLogException.Kind.CORRUPT,
        "%s: event %d %s".formatted(head.conversation(), place, how));
  }
}
