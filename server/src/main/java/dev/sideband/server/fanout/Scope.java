package dev.sideband.server.fanout;

import dev.sideband.server.fanout.Delivery.Reason;
import dev.sideband.server.fanout.Delivery.Refused;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Which events a subscription is about, and what tells its place among them: its <i>mark</i>.
 * Immutable. Methods that take the log read it, so they are the drainer's to call.
 */
sealed interface Scope {

  /** Where to begin, or why not. */
  sealed interface Opening {
    /**
     * Begin after this mark.
     *
     * @param over whether nothing will ever be added to what the log has
     */
    record After(long mark, boolean over) implements Opening {}

    /** Do not begin. */
    record No(Refused refused) implements Opening {}
  }

  /**
   * Some of the log.
   *
   * @param events those that the subscriber may see
   * @param upTo the mark of the last event that was looked at; the one asked for if there was none
   */
  record Chunk(List<CommittedEvent> events, long upTo) {}

  Opening open(EventLog log);

  Chunk read(EventLog log, long after, int maxBytes);

  /** The event's place, comparable with other marks of this scope. */
  long mark(CommittedEvent event);

  /** Whether the subscriber may see the event, which is of the right conversation. */
  boolean admits(CommittedEvent event);

  /** Whether what this is about is no more: retention has removed it. */
  default boolean isGone(EventLog log) {
    return false;
  }

  /** Whether marks run without holes, so that a hole means missing events. */
  boolean isDense();

  /** The mark that was asked for; 0 if it takes the log to tell. */
  default long requestedMark() {
    return 0;
  }

  /** The cursor that was asked for; empty if there is none. */
  default byte[] requestedCursor() {
    return new byte[0];
  }

  /** One conversation; marks are its sequences. */
  record OneConversation(FanOut.Reader reader, ConversationId conversation, long after)
      implements Scope {
    @Override
    public Opening open(EventLog log) {
      Optional<Head> head = log.head(conversation).filter(h -> reader.maySee(h.owner()));
      if (head.isEmpty()) {
        return new Opening.No(
            new Refused(Reason.UNKNOWN_CONVERSATION, "conversation_id: no such conversation"));
      }
      long last = head.get().lastSequence();
      if (after < 0 || after > last) {
        return new Opening.No(
            new Refused(
                Reason.OUT_OF_RANGE,
                "after_sequence: %s (expected: at most %d)"
                    .formatted(Long.toUnsignedString(after), last)));
      }
      return new Opening.After(after, !head.get().live());
    }

    @Override
    public long requestedMark() {
      return after;
    }

    @Override
    public Chunk read(EventLog log, long mark, int maxBytes) {
      List<CommittedEvent> events = log.read(conversation, mark, maxBytes);
      return new Chunk(events, events.isEmpty() ? mark : events.get(events.size() - 1).sequence());
    }

    @Override
    public long mark(CommittedEvent event) {
      return event.sequence();
    }

    @Override
    public boolean admits(CommittedEvent event) {
      return true;
    }

    @Override
    public boolean isGone(EventLog log) {
      return log.head(conversation).isEmpty();
    }

    @Override
    public boolean isDense() {
      return true;
    }
  }

  /** All conversations that the reader may see, without live audio; marks are commit positions. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Everything(FanOut.Reader reader, byte[] cursor) implements Scope {
    private static final byte VERSION = 1;
    private static final int CURSOR_BYTES = 1 + Long.BYTES;

    @Override
    public Opening open(EventLog log) {
      long newest = log.lastPosition();
      if (cursor.length == 0) {
        return new Opening.After(newest, false);
      }
      if (cursor.length != CURSOR_BYTES || cursor[0] != VERSION) {
        return new Opening.No(
            new Refused(Reason.CURSOR_INVALID, "cursor: not one that a stream gave"));
      }
      long after = ByteBuffer.wrap(cursor).getLong(1);
      if (after < 0 || after > newest) {
        return new Opening.No(
            new Refused(Reason.OUT_OF_RANGE, "cursor: past the newest event of this log"));
      }
      return new Opening.After(after, false);
    }

    @Override
    public byte[] requestedCursor() {
      return cursor.clone();
    }

    /** The cursor that stands for a mark. */
    static byte[] cursorAt(long mark) {
      return ByteBuffer.allocate(CURSOR_BYTES).put(VERSION).putLong(mark).array();
    }

    @Override
    public Chunk read(EventLog log, long mark, int maxBytes) {
      List<CommittedEvent> events = log.readAll(mark, maxBytes);
      long upTo = events.isEmpty() ? mark : events.get(events.size() - 1).position();
      return new Chunk(events.stream().filter(this::admits).toList(), upTo);
    }

    @Override
    public long mark(CommittedEvent event) {
      return event.position();
    }

    @Override
    public boolean admits(CommittedEvent event) {
      return event.kind() != Kind.EPHEMERAL && reader.maySee(event.owner());
    }

    @Override
    public boolean isDense() {
      return false;
    }
  }
}
