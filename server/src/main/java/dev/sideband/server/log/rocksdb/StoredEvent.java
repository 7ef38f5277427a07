package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.LogEntry;
import java.nio.ByteBuffer;

/**
 * The row of an event: checksum, flags, position, epoch, length of the private part, private part,
 * event.
 *
 * @param position its place among all commits
 * @param epoch of its writer
 * @param last whether nothing follows it in its conversation
 */
record StoredEvent(long position, long epoch, boolean last, LogEntry entry) {
  private static final int HEADER_BYTES = Checksum.BYTES + 1 + 2 * Long.BYTES + Integer.BYTES;
  private static final byte LAST = 1;

  byte[] toBytes(byte[] key) {
    byte[] event = entry.event();
    byte[] privatePart = entry.privatePart();
    byte[] row = new byte[HEADER_BYTES + privatePart.length + event.length];
    ByteBuffer.wrap(row)
        .position(Checksum.BYTES)
        .put(last ? LAST : 0)
        .putLong(position)
        .putLong(epoch)
        .putInt(privatePart.length)
        .put(privatePart)
        .put(event);
    return Checksum.seal(key, row);
  }

  static StoredEvent fromBytes(byte[] key, byte[] row) {
    ByteBuffer rest = Checksum.open("event", key, row, HEADER_BYTES);
    boolean last = rest.get() == LAST;
    long position = rest.getLong();
    long epoch = rest.getLong();
    int privateBytes = rest.getInt();
    byte[] privatePart = privateBytes == 0 ? LogEntry.NOTHING : new byte[privateBytes];
    rest.get(privatePart);
    byte[] event = new byte[rest.remaining()];
    rest.get(event);
    return new StoredEvent(position, epoch, last, new LogEntry(event, privatePart));
  }
}
