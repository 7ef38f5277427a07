package dev.sideband.server.fanout;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.log.WritabilityListener;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.TranscriptDelta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The reading half of a log, in memory, with a log writer thread of its own. Tests commit events
 * directly; {@link #append} is not for them.
 */
public final class FakeCommittedLog implements EventLog {
  private final CommittedEventListener listener;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(runnable -> new Thread(runnable, "log-writer"));
  private final List<CommittedEvent> all = new ArrayList<>();
  private final Map<ConversationId, List<CommittedEvent>> conversations = new HashMap<>();
  private final Map<ConversationId, Long> forgotten = new HashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean failing;
  private long position;

  public FakeCommittedLog(CommittedEventListener listener) {
    this.listener = listener;
  }

  /** Commits an event of about {@code bytes}, which the log writer then publishes. */
  public void commit(ConversationId conversation, String owner, int bytes) {
    commit(conversation, owner, Kind.STORED, bytes);
  }

  /** Commits the last event of a conversation. */
  public void commitLast(ConversationId conversation, String owner) {
    commit(conversation, owner, Kind.LAST, 0);
  }

  /** Passes a frame of live audio. */
  public void commitAudio(ConversationId conversation, String owner, int bytes) {
    commit(conversation, owner, Kind.EPHEMERAL, bytes);
  }

  private synchronized void commit(
      ConversationId conversation, String owner, Kind kind, int bytes) {
    CommittedEvent event = write(conversation, owner, kind, bytes);
    writer.execute(() -> listener.onCommitted(event));
  }

  private CommittedEvent write(ConversationId conversation, String owner, Kind kind, int bytes) {
    List<CommittedEvent> events =
        conversations.computeIfAbsent(conversation, id -> new ArrayList<>());
    long last = events.size();
    if (kind == Kind.EPHEMERAL) {
      byte[] audio =
          encode(conversation, 0, kind, bytes).setAfterSequence(last).build().toByteArray();
      return new CommittedEvent(conversation, owner, last, 0, kind, audio);
    }
    byte[] bytesOfEvent = encode(conversation, last + 1, kind, bytes).build().toByteArray();
    // Positions have holes, as those of a shared log have.
    position += 1 + position % 3;
    CommittedEvent event =
        new CommittedEvent(conversation, owner, last + 1, position, kind, bytesOfEvent);
    events.add(event);
    all.add(event);
    return event;
  }

  private static RealtimeEvent.Builder encode(
      ConversationId conversation, long sequence, Kind kind, int bytes) {
    RealtimeEvent.Builder event =
        RealtimeEvent.newBuilder().setConversationId(conversation.toString()).setSequence(sequence);
    return kind == Kind.LAST
        ? event.setConversationEnded(ConversationEnded.getDefaultInstance())
        : event.setTranscriptDelta(TranscriptDelta.newBuilder().setDelta("x".repeat(bytes)));
  }

  /** Removes the oldest events of a conversation, as retention does. */
  public synchronized void forgetUpTo(ConversationId conversation, long sequence) {
    forgotten.put(conversation, sequence);
  }

  /** Removes a conversation, as retention does. */
  public synchronized void forget(ConversationId conversation) {
    conversations.remove(conversation);
  }

  /** Makes every read fail from now on. */
  public void failReads() {
    failing = true;
  }

  /** How often it was read. */
  public int reads() {
    return reads.get();
  }

  /** Everything committed so far, of one owner or of all ({@code null}), as it was encoded. */
  synchronized List<byte[]> committedBy(Optional<String> owner) {
    return all.stream()
        .filter(e -> owner.isEmpty() || e.owner().equals(owner.get()))
        .map(CommittedEvent::event)
        .toList();
  }

  synchronized List<byte[]> committedIn(ConversationId conversation) {
    return conversations.getOrDefault(conversation, List.of()).stream()
        .map(CommittedEvent::event)
        .toList();
  }

  @Override
  public synchronized List<CommittedEvent> read(
      ConversationId conversation, long afterSequence, int maxBytes) {
    checkReadable();
    long first = Math.max(afterSequence, forgotten.getOrDefault(conversation, 0L));
    List<CommittedEvent> events = conversations.getOrDefault(conversation, List.of());
    return bounded(events.subList((int) Math.min(first, events.size()), events.size()), maxBytes);
  }

  @Override
  public synchronized List<CommittedEvent> readAll(long afterPosition, int maxBytes) {
    checkReadable();
    int from = all.size();
    while (from > 0 && all.get(from - 1).position() > afterPosition) {
      from--;
    }
    return bounded(all.subList(from, all.size()), maxBytes);
  }

  private static List<CommittedEvent> bounded(List<CommittedEvent> events, int maxBytes) {
    List<CommittedEvent> some = new ArrayList<>();
    int size = 0;
    for (CommittedEvent event : events) {
      size += event.event().length;
      if (size > maxBytes && !some.isEmpty()) {
        break;
      }
      some.add(event);
    }
    return some;
  }

  private void checkReadable() {
    reads.incrementAndGet();
    if (failing) {
      throw new EventLogException(EventLogException.Kind.UNAVAILABLE, "log: failing");
    }
  }

  @Override
  public synchronized Optional<Head> head(ConversationId conversation) {
    checkReadable();
    List<CommittedEvent> events = conversations.get(conversation);
    if (events == null) {
      return Optional.empty();
    }
    CommittedEvent last = events.get(events.size() - 1);
    return Optional.of(
        new Head(
            conversation,
            last.owner(),
            Instant.EPOCH,
            forgotten.getOrDefault(conversation, 0L) + 1,
            last.sequence(),
            1,
            last.kind() != Kind.LAST));
  }

  @Override
  public synchronized long lastPosition() {
    return position;
  }

  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void listen(WritabilityListener listener) {
    throw new UnsupportedOperationException("listen: fanout has no reason to");
  }

  @Override
  public boolean pass(CommittedEvent ephemeral) {
    throw new UnsupportedOperationException("use commitAudio");
  }

  @Override
  public void append(Append append) {
    throw new UnsupportedOperationException("use commit");
  }

  @Override
  public List<LogEntry> readEntries(ConversationId conversation, long after, int maxBytes) {
    throw new UnsupportedOperationException("private parts are not for fan-out");
  }

  @Override
  public Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind) {
    throw new UnsupportedOperationException("private parts are not for fan-out");
  }

  @Override
  public List<Head> heads(HeadQuery query) {
    throw new UnsupportedOperationException("lists are not for fan-out");
  }

  @Override
  public void close() {
    writer.shutdown();
  }
}
