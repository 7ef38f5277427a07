package dev.sideband.server.log;

/**
 * One stored event: what subscribers get, and what they never get.
 *
 * @param event the public {@code RealtimeEvent}, encoded once; these very bytes go to every
 *     subscriber
 * @param privatePart the encoded {@code PrivatePart}, empty when there is none; read by the session
 *     only
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes are shared, not compared; nobody writes to them.
public record LogEntry(byte[] event, byte[] privatePart) {

  /** The private part of an entry that has none. */
  public static final byte[] NOTHING = new byte[0];
}
