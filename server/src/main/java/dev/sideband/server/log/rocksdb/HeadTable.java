package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import dev.sideband.server.log.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Where every conversation stands, as committed: live ones in memory, ended ones in the database,
 * whose block cache bounds what is kept of them.
 *
 * <p><b>Threads.</b> The log writer alone moves heads, after the sync. Any thread may look.
 */
final class HeadTable {
  /** The last position when retention last removed something. */
  static final byte[] POSITION_KEY = "position".getBytes(StandardCharsets.US_ASCII);

  private final Database database;
  private final ConcurrentHashMap<ConversationId, Head> live = new ConcurrentHashMap<>();
  private volatile long lastPosition;

  private HeadTable(Database database) {
    this.database = database;
  }

  /** Reads the heads of live conversations; its cost does not grow with ended ones. */
  static HeadTable load(Database database) {
    HeadTable table = new HeadTable(database);
    database.query(
        open -> {
          table.loadLive(open);
          table.lastPosition = lastPosition(open);
          return table;
        });
    return table;
  }

  long lastPosition() {
    return lastPosition;
  }

  Collection<Head> live() {
    return live.values();
  }

  /** Makes a head the truth. The log writer only. */
  void move(Head head) {
    if (head.live()) {
      live.put(head.conversation(), head);
    } else {
      live.remove(head.conversation());
    }
  }

  /** Lets readers see commits up to here, after their heads were moved. The log writer only. */
  void committedUpTo(long position) {
    assert position >= lastPosition : "position: " + position + " (expected: growing)";
    lastPosition = position;
  }

  /** The committed head. */
  Optional<Head> find(ConversationId conversation) {
    return database.query(open -> Optional.ofNullable(find(open, conversation)));
  }

  /** As {@link #find(ConversationId)}, in a query. */
  @Nullable Head find(Database open, ConversationId conversation) throws RocksDBException {
    Head head = live.get(conversation);
    if (head != null) {
      return head;
    }
    head = stored(open, conversation);
    if (head == null || !head.live()) {
      return head;
    }
    // Stored as live and not in the table: it starts just now, or it has ended since we looked.
    Head moved = live.get(conversation);
    if (moved != null) {
      return moved;
    }
    Head again = stored(open, conversation);
    return again != null && !again.live() ? again : null;
  }

  private static @Nullable Head stored(Database open, ConversationId conversation)
      throws RocksDBException {
    byte[] key = conversation.toBytes();
    byte @Nullable [] row = open.get(Family.HEADS, key);
    return row == null ? null : HeadRow.fromBytes(key, row);
  }

  private void loadLive(Database open) throws RocksDBException {
    try (RocksIterator ids = open.iterator(Family.LIVE);
        RocksIterator events = open.iterator(Family.EVENTS)) {
      for (ids.seekToFirst(); ids.isValid(); ids.next()) {
        ConversationId conversation = ConversationId.fromBytes(ids.key(), 0);
        live.put(conversation, newest(stored(open, conversation), events, conversation));
      }
      ids.status();
    }
  }

  private static Head newest(
      @Nullable Head start, RocksIterator events, ConversationId conversation)
      throws RocksDBException {
    byte[] id = conversation.toBytes();
    events.seekForPrev(new EventKey(conversation, Long.MAX_VALUE).toBytes());
    events.status();
    if (start == null || !events.isValid() || !EventKey.isOf(id, events.key())) {
      throw new EventLogException(
          Kind.CORRUPT, "conversation: " + conversation + " is live without head or events");
    }
    StoredEvent event = StoredEvent.fromBytes(events.key(), events.value());
    return new Head(
        conversation,
        start.owner(),
        start.startedAt(),
        start.firstSequence(),
        EventKey.sequence(events.key()),
        event.epoch(),
        true);
  }

  /** Of all commits that were ever made, also of those that retention has removed. */
  static long lastPosition(Database open) throws RocksDBException {
    byte @Nullable [] removed = open.get(Family.META, POSITION_KEY);
    long newest = newestPosition(open);
    return removed == null ? newest : Math.max(newest, ByteBuffer.wrap(removed).getLong());
  }

  private static long newestPosition(Database open) throws RocksDBException {
    try (RocksIterator commits = open.iterator(Family.COMMITS)) {
      commits.seekToLast();
      commits.status();
      return commits.isValid() ? ByteBuffer.wrap(commits.key()).getLong() : 0;
    }
  }
}
