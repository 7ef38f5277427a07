package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads a whole data folder once, in key order, and notes every row that does not agree with those
 * that it must agree with. Goes on after damage as far as RocksDB can.
 *
 * <p><b>Threads.</b> One, in one query.
 */
final class LogCheck {
  private final Database open;
  private final EntryCheck entries;
  private final List<String> findings = new ArrayList<>();
  private long furtherFindings;
  private long conversations;
  private long live;
  private long events;
  private long named;
  private long memos;

  LogCheck(Database open, EntryCheck entries) {
    this.open = open;
    this.entries = entries;
  }

  Verification run(DataFolder folder) throws RocksDBException {
    attempt("tables", open::verifyChecksums);
    attempt("conversations", this::checkConversations);
    attempt("live index", this::checkLive);
    long started = attemptCount("index of starts", Family.STARTED);
    long owned = attemptCount("index of owners", Family.OWNED);
    long commits = attemptCount("commit index", Family.COMMITS);
    long bookmarks = attemptCount("bookmarks", Family.BOOKMARKS);
    long checkpoints = attemptCount("checkpoints", Family.CHECKPOINTS);
    requireEqual("memos", bookmarks + checkpoints, memos, "conversations' own");
    requireEqual("index of starts", started, conversations, "conversations");
    requireEqual("index of owners", owned, conversations, "conversations");
    requireEqual("commit index", commits, named, "events that it names");
    return new Verification(
        conversations,
        live,
        events,
        folder.bytesOnDisk(),
        HeadTable.lastPosition(open),
        DataFolder.storedEpoch(open),
        folder.torn().bytes(),
        TornTails.cuts(open),
        findings,
        furtherFindings);
  }

  /** Something that reads. */
  @FunctionalInterface
  private interface Reading {
    void run() throws RocksDBException;
  }

  private void attempt(String what, Reading reading) {
    try {
      reading.run();
    } catch (RocksDBException e) {
      find(what + ": " + e.getMessage());
    } catch (EventLogException e) {
      find(what + ": " + e.getMessage());
    }
  }

  private long attemptCount(String what, Family family) {
    long[] rows = {0};
    if (!open.has(family)) {
      return 0;
    }
    attempt(
        what,
        () -> {
          try (RocksIterator keys = open.iterator(family)) {
            for (keys.seekToFirst(); keys.isValid(); keys.next()) {
              rows[0]++;
            }
            keys.status();
          }
        });
    return rows[0];
  }

  private void requireEqual(String index, long rows, long expected, String of) {
    if (rows != expected) {
      find(
          "%s: %d rows (expected: %d, one for each of the %s)"
              .formatted(index, rows, expected, of));
    }
  }

  void find(String finding) {
    if (findings.size() < Verification.MOST_FINDINGS) {
      findings.add(finding);
    } else {
      furtherFindings++;
    }
  }

  private void checkConversations() throws RocksDBException {
    try (RocksIterator heads = open.iterator(Family.HEADS);
        RocksIterator rows = open.iterator(Family.EVENTS)) {
      rows.seekToFirst();
      for (heads.seekToFirst(); heads.isValid(); heads.next()) {
        skipOrphans(rows, heads.key());
        checkConversation(heads, rows);
      }
      heads.status();
      skipOrphans(rows, null);
      rows.status();
    }
  }

  private void checkConversation(RocksIterator heads, RocksIterator rows) throws RocksDBException {
    conversations++;
    byte[] id = heads.key();
    ConversationId conversation = ConversationId.fromBytes(id, 0);
    Head head = null;
    try {
      head = HeadRow.fromBytes(id, heads.value());
    } catch (EventLogException e) {
      find("conversation %s: %s".formatted(conversation, e.getMessage()));
    }
    // Retention takes its rows from the commit index first; the next pass takes the rest.
    boolean going = Removal.underWay(open).filter(conversation::equals).isPresent();
    ConversationCheck check =
        new ConversationCheck(
            open, entries, new ConversationCheck.Subject(conversation, going), this::find);
    for (; rows.isValid() && EventKey.isOf(id, rows.key()); rows.next()) {
      events++;
      check.next(rows.key(), rows.value());
    }
    named += check.named();
    if (head != null) {
      check.end(head);
      memos += check.memos();
      live += head.live() ? 1 : 0;
    }
  }

  /** Passes the events of conversations before this one, or of all that are left. */
  private void skipOrphans(RocksIterator rows, byte @Nullable [] conversation) {
    long orphans = 0;
    while (rows.isValid() && (conversation == null || isBefore(rows.key(), conversation))) {
      orphans++;
      events++;
      rows.next();
    }
    if (orphans > 0) {
      find("%d events belong to no conversation (expected: a head for each)".formatted(orphans));
    }
  }

  private static boolean isBefore(byte[] eventKey, byte[] conversation) {
    int size = ConversationId.BYTES;
    return Arrays.compareUnsigned(eventKey, 0, size, conversation, 0, size) < 0;
  }

  private void checkLive() throws RocksDBException {
    try (RocksIterator ids = open.iterator(Family.LIVE)) {
      for (ids.seekToFirst(); ids.isValid(); ids.next()) {
        byte @Nullable [] row = open.get(Family.HEADS, ids.key());
        if (row == null || !HeadRow.fromBytes(ids.key(), row).live()) {
          find(
              "conversation %s: in the live index (expected: live ones only)"
                  .formatted(ConversationId.fromBytes(ids.key(), 0)));
        }
      }
      ids.status();
    }
  }
}
