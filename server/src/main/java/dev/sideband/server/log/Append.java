package dev.sideband.server.log;

import java.util.List;
import java.util.function.Consumer;

/**
 * Some events for one conversation, all or none.
 *
 * @param conversation whose events they are
 * @param epoch of the writer, from {@link EventLog#epoch}; a smaller one than the log has seen is
 *     {@link AppendOutcome.Fenced}
 * @param expectedSequence the conversation's last sequence before this append, 0 for a new one; any
 *     other state of the log is {@link AppendOutcome.WrongExpected}
 * @param entries at least one; they get the sequences after {@code expectedSequence}
 * @param lifecycle what it does to the log's indexes
 * @param memos what is to be found beside the events afterwards, at most one of a kind; an append
 *     that ends its conversation brings none
 * @param fate told the outcome exactly once, by the log writer, in the order of commit; must not
 *     block or throw
 */
public record Append(
    ConversationId conversation,
    long epoch,
    long expectedSequence,
    List<LogEntry> entries,
    Lifecycle lifecycle,
    List<Memo> memos,
    Consumer<AppendOutcome> fate) {

  /** Without memos: those that are there stay. */
  public Append(
      ConversationId conversation,
      long epoch,
      long expectedSequence,
      List<LogEntry> entries,
      Lifecycle lifecycle,
      Consumer<AppendOutcome> fate) {
    this(conversation, epoch, expectedSequence, entries, lifecycle, List.of(), fate);
  }

  public Append {
    entries = List.copyOf(entries);
    memos = List.copyOf(memos);
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("entries: empty (expected: at least one)");
    }
    if (lifecycle instanceof Lifecycle.Starts != (expectedSequence == 0)) {
      throw new IllegalArgumentException(
          "lifecycle: %s at sequence %d (expected: Starts at 0, and only there)"
              .formatted(lifecycle.getClass().getSimpleName(), expectedSequence));
    }
    if (lifecycle instanceof Lifecycle.Ends && !memos.isEmpty()) {
      throw new IllegalArgumentException("memos: with Ends (expected: none)");
    }
  }

  /** The sequence of the last entry, once appended. */
  public long lastSequence() {
    return expectedSequence + entries.size();
  }

  /** How much it brings. */
  public int bytes() {
    int bytes = 0;
    for (LogEntry entry : entries) {
      bytes += entry.event().length + entry.privatePart().length;
    }
    for (Memo memo : memos) {
      bytes += memo.bytes().length;
    }
    return bytes;
  }
}
