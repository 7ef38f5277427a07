package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The row of a head. While its conversation lives, {@code lastSequence} and {@code epoch} in it are
 * those of the start: the truth is the newest event's, and in memory.
 */
final class HeadRow {
  private static final int HEADER_BYTES =
      Checksum.BYTES + 1 + Long.BYTES + Integer.BYTES + 3 * Long.BYTES;

  private HeadRow() {}

  static byte[] toBytes(byte[] key, Head head) {
    byte[] owner = head.owner().getBytes(StandardCharsets.UTF_8);
    Instant startedAt = head.startedAt();
    byte[] row = new byte[HEADER_BYTES + owner.length];
    ByteBuffer.wrap(row)
        .position(Checksum.BYTES)
        .put((byte) (head.live() ? 1 : 0))
        .putLong(startedAt.getEpochSecond())
        .putInt(startedAt.getNano())
        .putLong(head.firstSequence())
        .putLong(head.lastSequence())
        .putLong(head.epoch())
        .put(owner);
    return Checksum.seal(key, row);
  }

  static Head fromBytes(byte[] key, byte[] row) {
    ByteBuffer rest = Checksum.open("head", key, row, HEADER_BYTES);
    boolean live = rest.get() == 1;
    Instant startedAt = Instant.ofEpochSecond(rest.getLong(), rest.getInt());
    long firstSequence = rest.getLong();
    long lastSequence = rest.getLong();
    long epoch = rest.getLong();
    String owner = StandardCharsets.UTF_8.decode(rest).toString();
    return new Head(
        ConversationId.fromBytes(key, 0),
        owner,
        startedAt,
        firstSequence,
        lastSequence,
        epoch,
        live);
  }
}
