package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.Memo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads what is committed: never beyond a head of the {@link HeadTable} or its last position, even
 * when the database already shows more.
 *
 * <p><b>Threads.</b> Any; each read has an iterator of its own and lasts for one page.
 */
final class LogReader {
  private static final byte[] NOTHING = new byte[0];

  private final Database database;
  private final HeadTable heads;

  LogReader(Database database, HeadTable heads) {
    this.database = database;
    this.heads = heads;
  }

  /** Fills a page with one conversation's events. */
  <T> List<T> read(ConversationId conversation, long afterSequence, Page<T> page) {
    return database.query(
        open -> {
          Head head = heads.find(open, conversation);
          if (head != null) {
            long first = Math.max(afterSequence, head.firstSequence() - 1) + 1;
            fill(open, head, first, page);
          }
          return page.items();
        });
  }

  private static <T> void fill(Database open, Head head, long first, Page<T> page)
      throws RocksDBException {
    if (first > head.lastSequence()) {
      return;
    }
    try (RocksIterator events = open.iterator(Family.EVENTS)) {
      events.seek(new EventKey(head.conversation(), first).toBytes());
      for (long sequence = first; sequence <= head.lastSequence(); sequence++) {
        byte[] key = new EventKey(head.conversation(), sequence).toBytes();
        StoredEvent row = StoredEvent.fromBytes(key, valueAt(events, key));
        if (!page.tryAdd(new Page.Found(head, sequence, row))) {
          return;
        }
        events.next();
      }
    }
  }

  /** What was left beside a conversation's events. */
  Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind) {
    byte[] id = conversation.toBytes();
    return database.query(
        open ->
            Optional.ofNullable(open.get(Family.of(kind), id))
                .map(row -> MemoRow.fromBytes(id, row)));
  }

  /** Fills a page with the events of all conversations. */
  List<CommittedEvent> readAll(long afterPosition, Page<CommittedEvent> page) {
    return database.query(
        open -> {
          Map<ConversationId, Head> seen = new HashMap<>();
          long last = heads.lastPosition();
          try (RocksIterator commits = open.iterator(Family.COMMITS)) {
            commits.seek(Turn.positionKey(Math.max(afterPosition, 0) + 1));
            while (commits.isValid() && ByteBuffer.wrap(commits.key()).getLong() <= last) {
              Page.@Nullable Found found = find(open, EventKey.fromBytes(commits.value()), seen);
              if (found != null && !page.tryAdd(found)) {
                break;
              }
              commits.next();
            }
            commits.status();
          }
          return page.items();
        });
  }

  /** Null if retention has removed it since the page was begun. */
  private Page.@Nullable Found find(Database open, EventKey event, Map<ConversationId, Head> seen)
      throws RocksDBException {
    Head head = seen.get(event.conversation());
    if (head == null) {
      head = heads.find(open, event.conversation());
    }
    byte[] key = event.toBytes();
    byte @Nullable [] row = open.get(Family.EVENTS, key);
    if (head == null || row == null) {
      if (heads.find(open, event.conversation()) == null) {
        return null;
      }
      throw missing();
    }
    seen.put(event.conversation(), head);
    return new Page.Found(head, event.sequence(), StoredEvent.fromBytes(key, row));
  }

  private static byte[] valueAt(RocksIterator rows, byte[] key) throws RocksDBException {
    rows.status();
    if (!rows.isValid() || !Arrays.equals(rows.key(), key)) {
      throw missing();
    }
    return rows.value();
  }

  /** Lists heads; what starts just now and is not committed is left out. */
  List<Head> heads(HeadQuery query) {
    return query.liveOnly() ? live(query) : all(query);
  }

  private List<Head> live(HeadQuery query) {
    return heads.live().stream()
        .filter(head -> query.owner().isEmpty() || query.owner().get().equals(head.owner()))
        .filter(
            head ->
                query.before().isEmpty() || StartKey.ORDER.compare(head, query.before().get()) > 0)
        .sorted(StartKey.ORDER)
        .limit(query.limit())
        .toList();
  }

  private List<Head> all(HeadQuery query) {
    Family index = query.owner().isPresent() ? Family.OWNED : Family.STARTED;
    byte[] prefix = query.owner().map(StartKey::ownerPrefix).orElse(new byte[0]);
    byte[] before = query.before().map(StartKey::of).orElse(new byte[0]);
    byte[] from = StartKey.joined(prefix, before);
    return database.query(
        open -> {
          List<Head> found = new ArrayList<>();
          try (RocksIterator keys = open.iterator(index)) {
            keys.seek(from);
            while (keys.isValid() && found.size() < query.limit()) {
              byte[] key = keys.key();
              if (!startsWith(key, prefix)) {
                break;
              }
              Head head = heads.find(open, StartKey.conversation(key));
              if (head != null && !Arrays.equals(key, from)) {
                found.add(head);
              }
              keys.next();
            }
            keys.status();
          }
          return found;
        });
  }

  /** Heads of ended and live conversations, oldest start first; all after this one, if present. */
  List<Head> oldest(Optional<Head> after, int limit) {
    return database.query(
        open -> {
          List<Head> found = new ArrayList<>();
          try (RocksIterator keys = open.iterator(Family.STARTED)) {
            byte[] from = after.map(StartKey::of).orElse(NOTHING);
            if (after.isPresent()) {
              keys.seekForPrev(from);
            } else {
              keys.seekToLast();
            }
            for (; keys.isValid() && found.size() < limit; keys.prev()) {
              Head head = heads.find(open, StartKey.conversation(keys.key()));
              if (head != null && !Arrays.equals(keys.key(), from)) {
                found.add(head);
              }
            }
            keys.status();
          }
          return found;
        });
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static EventLogException missing() {
    return new EventLogException(
        Kind.CORRUPT, "event log: a committed event is missing (expected: all of them)");
  }
}
