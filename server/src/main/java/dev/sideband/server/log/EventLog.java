package dev.sideband.server.log;

import java.util.List;
import java.util.Optional;

/**
 * The durable, ordered record of every conversation. The only way in which an event becomes true.
 *
 * <p><b>Promise.</b> Sequences of a conversation run from 1 without gaps. An append that was
 * reported {@link AppendOutcome.Appended} survives the death of the process and of the machine. At
 * most one of several appends that expect the same sequence is appended. Reads see committed events
 * only, and the listener given at opening hears each of them once, in commit order.
 *
 * <p><b>Threads.</b> {@link #append} and {@link #pass} may be called by any thread and never block;
 * appends of one caller for one conversation are judged in the order of the calls. Reading methods
 * block for storage and belong on a thread that may wait.
 */
public interface EventLog extends AutoCloseable {

  /** The epoch of this writer. Larger than that of every earlier opening of the same log. */
  long epoch();

  /**
   * Queues an append. Its fate is told exactly once, also when the log is closing ({@link
   * AppendOutcome.Unavailable}).
   *
   * <p><b>Full queue.</b> The append is {@link AppendOutcome.Unavailable}, told on the caller's
   * thread; callers hold credits so that this does not happen.
   */
  void append(Append append);

  /**
   * Whether events are taken. It is false while the disk lacks space: appends are then {@link
   * AppendOutcome.Unavailable} before anything is written, but for those that are {@link
   * Lifecycle#isUrgent urgent}, which have a reserve, so that conversations can still end and calls
   * be hung up. Reads go on. The log looks again by itself, and takes events when there is space.
   */
  boolean isWritable();

  /**
   * Has a listener told of every later change of {@link #isWritable}. To miss none, add it first
   * and look afterwards.
   */
  void listen(WritabilityListener listener);

  /**
   * Hands an ephemeral event to the listener, in order with commits, without storing it.
   *
   * @return false if the queue is full and the event was dropped
   */
  boolean pass(CommittedEvent ephemeral);

  /**
   * The stored events after a sequence, oldest first, without gaps: at most {@code maxBytes} of
   * them but at least one if there is one. Starts at {@link Head#firstSequence} if that is later,
   * which the first event's sequence shows. Empty if there is none, or no such conversation, also
   * because retention has just removed it: {@link #head} tells which.
   *
   * @throws EventLogException if the log cannot be read
   */
  List<CommittedEvent> read(ConversationId conversation, long afterSequence, int maxBytes);

  /** As {@link #read}, with the private parts; for whoever rebuilds a conversation's state. */
  List<LogEntry> readEntries(ConversationId conversation, long afterSequence, int maxBytes);

  /**
   * What was left beside a live conversation's events, if something of this kind was: at a cost
   * that does not grow with them. Empty once it has ended.
   *
   * @throws EventLogException if the log cannot be read
   */
  Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind);

  /**
   * The stored events of all conversations after a commit position, in commit order, bounded like
   * {@link #read}.
   */
  List<CommittedEvent> readAll(long afterPosition, int maxBytes);

  /** The position of the newest commit; 0 in an empty log. */
  long lastPosition();

  /** Where a conversation stands, if it exists. */
  Optional<Head> head(ConversationId conversation);

  /** Several heads, newest start first. */
  List<Head> heads(HeadQuery query);

  /** Refuses further appends, lets queued ones meet their fate, and releases the storage. */
  @Override
  void close();
}
