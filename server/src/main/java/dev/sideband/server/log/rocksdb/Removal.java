package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Removes whole ended conversations, in small batches beside the log writer's.
 *
 * <p><b>Order.</b> First the folder notes which conversation goes, then its rows go from the commit
 * index, and last, in one batch, all else: so its readers see all of it or nothing, and a removal
 * that a crash interrupts is finished by the next pass. Batches are not synced: what a crash undoes
 * is done again.
 *
 * <p><b>Threads.</b> Retention's alone.
 */
final class Removal {
  private static final byte[] REMOVING_KEY = "removing".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH_ROWS = 1_000;

  private final Database database;
  private final HeadTable heads;

  Removal(Database database, HeadTable heads) {
    this.database = database;
    this.heads = heads;
  }

  /** The conversation whose removal has begun and not ended, if there is one. */
  static Optional<ConversationId> underWay(Database open) throws RocksDBException {
    byte @Nullable [] id = open.get(Family.META, REMOVING_KEY);
    return id == null ? Optional.empty() : Optional.of(ConversationId.fromBytes(id, 0));
  }

  /** Finishes what a crash has interrupted. */
  void finish() {
    database
        .query(Removal::underWay)
        .flatMap(heads::find)
        .filter(head -> !head.live())
        .ifPresent(this::remove);
  }

  /** Removes an ended conversation; gives how many bytes its rows had. */
  long remove(Head head) {
    assert !head.live() : "conversation: live (expected: ended)";
    byte[] id = head.conversation().toBytes();
    database.update((open, batch) -> batch.put(REMOVING_KEY, id));
    long bytes = 0;
    long sequence = head.firstSequence();
    while (sequence <= head.lastSequence()) {
      Rows rows = rows(head, sequence);
      database.update(
          (open, batch) -> {
            for (long position : rows.positions()) {
              batch.delete(open.handle(Family.COMMITS), Turn.positionKey(position));
            }
          });
      bytes += rows.bytes();
      sequence = rows.next();
    }
    database.update(
        (open, batch) -> {
          byte[] start = StartKey.of(head);
          batch.deleteRange(
              open.handle(Family.EVENTS),
              new EventKey(head.conversation(), 0).toBytes(),
              new EventKey(head.conversation(), Long.MAX_VALUE).toBytes());
          batch.delete(open.handle(Family.HEADS), id);
          batch.delete(open.handle(Family.STARTED), start);
          batch.delete(
              open.handle(Family.OWNED),
              StartKey.joined(StartKey.ownerPrefix(head.owner()), start));
          // Positions never come again, though the newest of them may be gone.
          batch.put(HeadTable.POSITION_KEY, Turn.positionKey(heads.lastPosition()));
          batch.delete(REMOVING_KEY);
        });
    return bytes;
  }

  /** Some events' places in the commit index, how big they are, and which sequence comes next. */
  private record Rows(List<Long> positions, long bytes, long next) {}

  private Rows rows(Head head, long from) {
    return database.query(
        open -> {
          byte[] id = head.conversation().toBytes();
          List<Long> positions = new ArrayList<>();
          long bytes = 0;
          long next = head.lastSequence() + 1;
          try (RocksIterator events = open.iterator(Family.EVENTS)) {
            events.seek(new EventKey(head.conversation(), from).toBytes());
            while (events.isValid() && EventKey.isOf(id, events.key())) {
              if (positions.size() == BATCH_ROWS) {
                next = EventKey.sequence(events.key());
                break;
              }
              byte[] row = events.value();
              positions.add(StoredEvent.fromBytes(events.key(), row).position());
              bytes += 2L * EventKey.BYTES + row.length;
              events.next();
            }
            events.status();
          }
          return new Rows(positions, bytes, next);
        });
  }
}
