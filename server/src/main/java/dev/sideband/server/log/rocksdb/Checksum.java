package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.EventLogException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C in the first four bytes of a row, over the row's key and the rest of the row: it finds
 * damage, and a row under a key that is not its own.
 */
final class Checksum {
  static final int BYTES = Integer.BYTES;

  private Checksum() {}

  /** Fills in the first four bytes. */
  static byte[] seal(byte[] key, byte[] row) {
    ByteBuffer.wrap(row).putInt(0, of(key, row));
    return row;
  }

  /**
   * The row after its checksum.
   *
   * @throws EventLogException CORRUPT, if it is not what was sealed
   */
  static ByteBuffer open(String what, byte[] key, byte[] row, int leastBytes) {
    if (row.length < leastBytes || ByteBuffer.wrap(row).getInt() != of(key, row)) {
      throw new EventLogException(
          EventLogException.Kind.CORRUPT,
          what + ": damaged (expected: the bytes that were written)");
    }
    return ByteBuffer.wrap(row, BYTES, row.length - BYTES);
  }

  private static int of(byte[] key, byte[] row) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(row, BYTES, row.length - BYTES);
    return (int) crc.getValue();
  }
}
