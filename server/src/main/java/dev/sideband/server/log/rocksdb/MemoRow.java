package dev.sideband.server.log.rocksdb;

import java.nio.ByteBuffer;

/** The row of a memo: checksum, then what the writer left. */
final class MemoRow {
  private MemoRow() {}

  static byte[] toBytes(byte[] key, byte[] memo) {
    byte[] row = new byte[Checksum.BYTES + memo.length];
    ByteBuffer.wrap(row).position(Checksum.BYTES).put(memo);
    return Checksum.seal(key, row);
  }

  static byte[] fromBytes(byte[] key, byte[] row) {
    ByteBuffer rest = Checksum.open("memo", key, row, Checksum.BYTES);
    byte[] memo = new byte[rest.remaining()];
    rest.get(memo);
    return memo;
  }
}
