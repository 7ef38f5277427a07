package dev.sideband.server.fanout;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;

/**
 * Gives out subscriptions to what the log holds and will hold.
 *
 * <p><b>Threads.</b> Any thread may subscribe; nothing waits or reads the log. Whether a
 * subscription can be served (its conversation exists, its place is in range) is found out on its
 * first {@linkplain Subscription#tryNext drain} and is a {@link Delivery.Refused} there.
 */
public final class FanOut {
  private final EventRing ring;
  private final EventLog log;

  /**
   * Joins a log and its tail.
   *
   * @param ring the listener that {@code log} was opened with
   * @param log what subscriptions catch up from
   */
  public FanOut(EventRing ring, EventLog log) {
    this.ring = ring;
    this.log = log;
  }

  /**
   * Who reads.
   *
   * @param name owns what it may see
   * @param seesAll whether it may see what others own
   */
  public record Reader(String name, boolean seesAll) {
    boolean maySee(String owner) {
      return seesAll || name.equals(owner);
    }
  }

  /**
   * The events of one conversation, live audio included when following.
   *
   * @param afterSequence exclusive; 0 is the beginning
   * @param follow whether to stay after catching up, until the conversation's last event
   * @param signal called when a drain may find something, by the fan-out thread or a drainer; must
   *     not block, throw, or drain itself
   */
  public Subscription subscribe(
      Reader reader,
      ConversationId conversation,
      long afterSequence,
      boolean follow,
      Runnable signal) {
    Scope scope = new Scope.OneConversation(reader, conversation, afterSequence);
    return new Subscription(scope, follow, signal, ring, log);
  }

  /**
   * The stored events of all conversations that the reader may see.
   *
   * @param cursor an earlier subscription's {@link Subscription#cursor}, or empty for what is
   *     committed from now on
   */
  public Subscription subscribeAll(Reader reader, byte[] cursor, boolean follow, Runnable signal) {
    return new Subscription(
        new Scope.Everything(reader, cursor.clone()), follow, signal, ring, log);
  }
}
