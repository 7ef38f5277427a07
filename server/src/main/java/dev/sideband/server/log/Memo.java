package dev.sideband.server.log;

/**
 * What a writer leaves beside a live conversation's events, so that whoever takes it up later need
 * not read them all. Derived from the events, and of use only with them.
 *
 * <p><b>Promise.</b> It is written with the append that brings it, both or neither; it replaces the
 * one of its kind before, and is gone with the conversation's last event. To subscribers it does
 * not exist, and it is not exported.
 *
 * @param kind which one
 * @param bytes opaque to the log
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes are shared, not compared; nobody writes to them.
public record Memo(Kind kind, byte[] bytes) {

  /** What a conversation may have, one of each. */
  public enum Kind {
    /** Where its call is: small, and written only when that changes. */
    BOOKMARK,
    /** All that its events up to some sequence say: may be large, written now and then. */
    CHECKPOINT
  }
}
