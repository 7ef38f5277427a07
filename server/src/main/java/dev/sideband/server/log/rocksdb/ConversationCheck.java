package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Memo;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Follows the events of one conversation, in order, and then looks at its head. One thread. */
final class ConversationCheck {
  /**
   * What is looked at.
   *
   * @param going whether retention is removing it: the commit index may lack some of its events
   */
  record Subject(ConversationId conversation, boolean going) {}

  private final Database open;
  private final EntryCheck entries;
  private final ConversationId conversation;
  private final boolean going;
  private final Consumer<String> findings;
  private long first;
  private long sequence;
  private long position;
  private long epoch;
  private boolean last;
  private long named;
  private long memos;

  ConversationCheck(Database open, EntryCheck entries, Subject subject, Consumer<String> findings) {
    this.open = open;
    this.entries = entries;
    this.conversation = subject.conversation();
    this.going = subject.going();
    this.findings = findings;
  }

  private void find(String what) {
    findings.accept("conversation %s: %s".formatted(conversation, what));
  }

  private void findAt(long at, String what) {
    find("event %d: %s".formatted(at, what));
  }

  /** Looks at the next event's row. */
  void next(byte[] key, byte[] row) throws RocksDBException {
    long found = EventKey.sequence(key);
    if (first == 0) {
      first = found;
    } else if (found != sequence + 1) {
      find("events %d to %d are missing".formatted(sequence + 1, found - 1));
    }
    sequence = found;
    if (last) {
      findAt(found, "follows the last one (expected: nothing)");
    }
    StoredEvent event;
    try {
      event = StoredEvent.fromBytes(key, row);
    } catch (EventLogException e) {
      findAt(found, String.valueOf(e.getMessage()));
      return;
    }
    checkPlace(key, event);
    last = event.last();
    entries
        .findWrong(conversation, found, last, event.entry())
        .ifPresent(wrong -> findAt(found, wrong));
  }

  private void checkPlace(byte[] key, StoredEvent event) throws RocksDBException {
    if (Arrays.equals(open.get(Family.COMMITS, Turn.positionKey(event.position())), key)) {
      named++;
    } else if (!going) {
      findAt(sequence, "is not in the commit index, at %d".formatted(event.position()));
    }
    if (event.position() <= position || event.epoch() < epoch) {
      findAt(sequence, "was committed before the one in front of it");
    }
    position = event.position();
    epoch = event.epoch();
  }

  /** How many of its events the commit index names. */
  long named() {
    return named;
  }

  /** How many memos it has. */
  long memos() {
    return memos;
  }

  /** Compares what was seen with the conversation's head and its rows in the indexes. */
  void end(Head head) throws RocksDBException {
    if (first == 0) {
      find("has no events (expected: at least one)");
      return;
    }
    if (first != head.firstSequence()) {
      find("events 1 to %d are missing".formatted(first - 1));
    }
    if (head.live() == last) {
      find(
          head.live()
              ? "its last event is there, and its head is live"
              : "has ended, and its last event is missing");
    } else if (!head.live() && head.lastSequence() != sequence) {
      find("ends at %d (expected: %d, its head's)".formatted(sequence, head.lastSequence()));
    }
    byte[] start = StartKey.of(head);
    byte[] owned = StartKey.joined(StartKey.ownerPrefix(head.owner()), start);
    for (Memo.Kind kind : Memo.Kind.values()) {
      checkMemo(kind, head.live());
    }
    requireIn("live index", Family.LIVE, conversation.toBytes(), head.live());
    requireIn("index of starts", Family.STARTED, start, true);
    requireIn("index of owners", Family.OWNED, owned, true);
  }

  private void checkMemo(Memo.Kind kind, boolean live) throws RocksDBException {
    byte[] id = conversation.toBytes();
    byte @Nullable [] row = open.get(Family.of(kind), id);
    if (row == null) {
      return;
    }
    memos++;
    String name = kind.name().toLowerCase(Locale.ROOT);
    if (!live) {
      find(name + ": is there (expected: gone with the last event)");
      return;
    }
    try {
      entries
          .findWrong(sequence, new Memo(kind, MemoRow.fromBytes(id, row)))
          .ifPresent(wrong -> find(name + ": " + wrong));
    } catch (EventLogException e) {
      find(name + ": " + e.getMessage());
    }
  }

  private void requireIn(String index, Family family, byte[] key, boolean expected)
      throws RocksDBException {
    if (expected && open.get(family, key) == null) {
      find("not in the " + index);
    }
  }
}
