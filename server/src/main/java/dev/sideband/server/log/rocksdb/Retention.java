package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.LogEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.rocksdb.CompactRangeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes ended conversations, oldest start first, that are too old, or because all are too many;
 * then has the tables rewritten, so that the disk gets the space.
 *
 * <p><b>Threads.</b> Has none: {@link #pass} is called by one thread, {@link #stop} by any.
 */
final class Retention {
  /** A pass that has to make room makes a tenth more, so that the next ones have nothing to do. */
  private static final int SLACK = 10;

  /** Tables are rewritten when so great a part of them was removed; a pass for room always does. */
  private static final int WORTHWHILE_PART = 4;

  private static final int PAGE_HEADS = 256;
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /**
   * What it asks.
   *
   * @param timeOf when an entry was stamped
   * @param freeBytes of the disk, above what the log itself must have
   */
  record Surroundings(Clock clock, Function<LogEntry, Instant> timeOf, LongSupplier freeBytes) {}

  private final Database database;
  private final LogReader reader;
  private final RetentionConfig config;
  private final Surroundings surroundings;
  private final Removal removal;
  private final CompactRangeOptions compaction = new CompactRangeOptions();
  private volatile boolean stopped;
  private boolean warned;
  // Bytes of rows that were removed and may still be in tables: less there, which are compressed.
  private long uncompacted;
  private boolean compactedOnce;

  Retention(Database database, HeadTable heads, RetentionConfig config, Surroundings surroundings) {
    this.database = database;
    this.reader = new LogReader(database, heads);
    this.config = config;
    this.surroundings = surroundings;
    this.removal = new Removal(database, heads);
  }

  /** Looks at everything that may have to go, once. A failure is told, and the next pass tries. */
  void pass() {
    try {
      removal.finish();
      long removed = removeAged() + removeForRoom();
      if (removed > 0) {
        LOG.info("Retention removed {} ended conversations", removed);
      }
      warned = false;
    } catch (EventLogException e) {
      if (!stopped && !warned) {
        warned = true;
        LOG.warn("Retention failed; it is tried again", e);
      }
    }
  }

  private long removeAged() {
    if (config.maxAge().isZero()) {
      return 0;
    }
    Instant deadline = surroundings.clock().instant().minus(config.maxAge());
    long removed =
        remove(head -> head.startedAt().isBefore(deadline), head -> endOf(head).isBefore(deadline));
    if (uncompacted > tableBytes() / WORTHWHILE_PART) {
      compact();
    }
    return removed;
  }

  private long removeForRoom() {
    if (config.maxBytes() == 0 || tableBytes() <= config.maxBytes()) {
      return 0;
    }
    if (!compactedOnce || uncompacted > 0) {
      // What was removed before, perhaps by an earlier process, may be all that is too much.
      compact();
    }
    long excess = tableBytes() - uncompacted - config.maxBytes();
    if (excess <= 0) {
      return 0;
    }
    long wanted = uncompacted + excess + config.maxBytes() / SLACK;
    long removed = remove(head -> uncompacted < wanted, head -> true);
    compact();
    return removed;
  }

  /** Goes from the oldest on, as long as it may, and removes the ended ones that are due. */
  private long remove(Predicate<Head> goesOn, Predicate<Head> due) {
    long removed = 0;
    Optional<Head> after = Optional.empty();
    List<Head> page = reader.oldest(after, PAGE_HEADS);
    while (!page.isEmpty()) {
      for (Head head : page) {
        if (stopped || surroundings.freeBytes().getAsLong() <= 0 || !goesOn.test(head)) {
          return removed;
        }
        if (!head.live() && due.test(head)) {
          uncompacted += removal.remove(head);
          removed++;
        }
      }
      after = Optional.of(page.get(page.size() - 1));
      page = reader.oldest(after, PAGE_HEADS);
    }
    return removed;
  }

  private Instant endOf(Head head) {
    ConversationId conversation = head.conversation();
    List<LogEntry> last =
        reader.read(conversation, head.lastSequence() - 1, Page.ofEntries(Integer.MAX_VALUE));
    return surroundings.timeOf().apply(last.get(0));
  }

  private long tableBytes() {
    return database.query(Database::tableBytes);
  }

  /** Needs room for a second copy; without it RocksDB frees space piece by piece, later. */
  private void compact() {
    if (stopped || surroundings.freeBytes().getAsLong() < tableBytes()) {
      return;
    }
    uncompacted = 0;
    compactedOnce = true;
    database.query(
        open -> {
          open.compact(compaction);
          return true;
        });
  }

  /** Ends a pass that is under way soon, and makes later ones do nothing. */
  void stop() {
    stopped = true;
    compaction.setCanceled(true);
  }

  /** After the last pass. */
  void release() {
    compaction.close();
  }
}
