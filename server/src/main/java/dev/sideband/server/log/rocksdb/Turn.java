package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.log.WriteListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * One batch in the making: appends judged in order, each against the heads as the ones before it
 * would leave them, and the rows that the accepted ones write. Nothing is true before it is
 * written.
 *
 * <p><b>Threads.</b> The log writer's alone.
 */
final class Turn implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];

  /**
   * An item and what becomes of it if the batch is written.
   *
   * @param outcome empty for an ephemeral event
   * @param firstPosition of an accepted append's first event
   * @param owner of an accepted append's conversation
   */
  record Judged(
      AppendQueue.Item item, Optional<AppendOutcome> outcome, long firstPosition, String owner) {}

  private final Database database;
  private final HeadTable heads;
  private final long epoch;
  private final WriteBatch batch = new WriteBatch();
  private final Map<ConversationId, Head> moved = new HashMap<>();
  private final List<Judged> judged = new ArrayList<>();
  private long position;
  private int events;
  private long bytes;

  Turn(Database database, HeadTable heads, long epoch) {
    this.database = database;
    this.heads = heads;
    this.epoch = epoch;
    this.position = heads.lastPosition();
  }

  /** Keeps an ephemeral event's place. */
  void pass(AppendQueue.Item.Pass item) {
    judged.add(new Judged(item, Optional.empty(), 0, ""));
  }

  /** Refuses an append unseen. */
  void refuse(AppendQueue.Item.Store item, String why) {
    refuse(item, new AppendOutcome.Unavailable(why));
  }

  /** Judges an append; an accepted one becomes part of the batch. */
  void judge(AppendQueue.Item.Store item) {
    Append append = item.append();
    Head head;
    try {
      head = head(append.conversation());
    } catch (EventLogException e) {
      refuse(item, new AppendOutcome.Unavailable(String.valueOf(e.getMessage())));
      return;
    }
    long actual = head == null ? 0 : head.lastSequence();
    if (append.epoch() < epoch) {
      refuse(item, new AppendOutcome.Fenced(epoch));
    } else if (actual != append.expectedSequence() || (head != null && !head.live())) {
      refuse(item, new AppendOutcome.WrongExpected(actual));
    } else {
      accept(item, next(head, append));
    }
  }

  boolean writesNothing() {
    return moved.isEmpty();
  }

  WriteBatch batch() {
    return batch;
  }

  /** Makes its heads the truth; after it was written. */
  void moveHeads() {
    moved.values().forEach(heads::move);
    heads.committedUpTo(position);
  }

  /** What the batch holds, for whoever watches. */
  WriteListener.Written written(Duration took) {
    return new WriteListener.Written(events, bytes, took);
  }

  List<Judged> judged() {
    return judged;
  }

  private @Nullable Head head(ConversationId conversation) {
    Head head = moved.get(conversation);
    return head != null ? head : heads.find(conversation).orElse(null);
  }

  private static Head next(@Nullable Head head, Append append) {
    boolean live = !(append.lifecycle() instanceof Lifecycle.Ends);
    if (append.lifecycle() instanceof Lifecycle.Starts starts) {
      return new Head(
          append.conversation(),
          starts.owner(),
          starts.at(),
          1,
          append.lastSequence(),
          append.epoch(),
          live);
    }
    if (head == null) {
      throw new IllegalStateException("lifecycle: not Starts (expected: Starts at sequence 0)");
    }
    return new Head(
        head.conversation(),
        head.owner(),
        head.startedAt(),
        head.firstSequence(),
        append.lastSequence(),
        append.epoch(),
        live);
  }

  private void refuse(AppendQueue.Item.Store item, AppendOutcome outcome) {
    judged.add(new Judged(item, Optional.of(outcome), 0, ""));
  }

  private void accept(AppendQueue.Item.Store item, Head head) {
    judged.add(
        new Judged(
            item,
            Optional.of(new AppendOutcome.Appended(head.lastSequence())),
            position + 1,
            head.owner()));
    moved.put(head.conversation(), head);
    try {
      putEvents(item.append(), head);
      putMemos(item.append().memos(), head);
      putIndexes(item.append().lifecycle(), head);
    } catch (RocksDBException e) {
      // Filling a batch touches memory only.
      throw new IllegalStateException(e);
    }
  }

  private void putEvents(Append append, Head head) throws RocksDBException {
    long sequence = append.expectedSequence();
    for (LogEntry entry : append.entries()) {
      sequence++;
      position++;
      events++;
      bytes += entry.event().length + entry.privatePart().length;
      boolean last = !head.live() && sequence == head.lastSequence();
      byte[] key = new EventKey(head.conversation(), sequence).toBytes();
      byte[] row = new StoredEvent(position, append.epoch(), last, entry).toBytes(key);
      batch.put(database.handle(Family.EVENTS), key, row);
      batch.put(database.handle(Family.COMMITS), positionKey(position), key);
    }
  }

  private void putIndexes(Lifecycle lifecycle, Head head) throws RocksDBException {
    byte[] id = head.conversation().toBytes();
    if (lifecycle instanceof Lifecycle.Starts) {
      byte[] start = StartKey.of(head);
      byte[] owned = StartKey.joined(StartKey.ownerPrefix(head.owner()), start);
      batch.put(database.handle(Family.LIVE), id, NOTHING);
      batch.put(database.handle(Family.STARTED), start, NOTHING);
      batch.put(database.handle(Family.OWNED), owned, NOTHING);
      batch.put(database.handle(Family.HEADS), id, HeadRow.toBytes(id, head));
    } else if (lifecycle instanceof Lifecycle.Ends) {
      // Put once, deleted once: the pair vanishes when it meets, and leaves no tombstone to skip.
      batch.singleDelete(database.handle(Family.LIVE), id);
      batch.put(database.handle(Family.HEADS), id, HeadRow.toBytes(id, head));
    }
  }

  private void putMemos(List<Memo> memos, Head head) throws RocksDBException {
    byte[] id = head.conversation().toBytes();
    for (Memo memo : memos) {
      batch.put(database.handle(Family.of(memo.kind())), id, MemoRow.toBytes(id, memo.bytes()));
    }
    if (!head.live()) {
      for (Memo.Kind kind : Memo.Kind.values()) {
        batch.delete(database.handle(Family.of(kind)), id);
      }
    }
  }

  static byte[] positionKey(long position) {
    return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
  }

  @Override
  public void close() {
    batch.close();
  }
}
