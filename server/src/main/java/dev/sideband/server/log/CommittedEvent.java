package dev.sideband.server.log;

/**
 * One event on its way from the log to subscribers.
 *
 * @param conversation whose it is
 * @param owner name of the principal that may see it
 * @param sequence its place in the conversation; for an ephemeral event the last stored one before
 *     it
 * @param position its place among all commits of this log, growing; 0 for an ephemeral event
 * @param kind stored, stored and the conversation's last, or ephemeral
 * @param event the encoded {@code RealtimeEvent}; shared, never written to
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes are shared, not compared; nobody writes to them.
public record CommittedEvent(
    ConversationId conversation,
    String owner,
    long sequence,
    long position,
    Kind kind,
    byte[] event) {

  /** What a subscriber may conclude from an event's arrival. */
  public enum Kind {
    /** Durable; more may follow. */
    STORED,
    /** Durable, and nothing follows it. */
    LAST,
    /** Not stored: live audio. */
    EPHEMERAL
  }
}
