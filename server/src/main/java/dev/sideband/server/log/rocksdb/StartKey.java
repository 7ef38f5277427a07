package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The place of a conversation in listings, as bytes that sort newest start first: the start's
 * seconds and nanoseconds turned upside down (12 bytes), then the conversation (16 bytes).
 */
final class StartKey {
  /** The order of all listings. */
  static final Comparator<Head> ORDER = (a, b) -> Arrays.compareUnsigned(of(a), of(b));

  private static final int TIME_BYTES = Long.BYTES + Integer.BYTES;

  private StartKey() {}

  static byte[] of(Head head) {
    return of(head.startedAt(), head.conversation());
  }

  static byte[] of(Instant at, ConversationId conversation) {
    return ByteBuffer.allocate(TIME_BYTES + ConversationId.BYTES)
        // Inverting all but the sign bit sorts later seconds first, negative ones last.
        .putLong(at.getEpochSecond() ^ Long.MAX_VALUE)
        .putInt(~at.getNano())
        .put(conversation.toBytes())
        .array();
  }

  /** The conversation that a key ends with, with or without an owner before it. */
  static ConversationId conversation(byte[] key) {
    return ConversationId.fromBytes(key, key.length - ConversationId.BYTES);
  }

  /** What the keys of an owner's conversations begin with: length, then name. */
  static byte[] ownerPrefix(String owner) {
    byte[] name = owner.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + name.length).putInt(name.length).put(name).array();
  }

  static byte[] joined(byte[] prefix, byte[] key) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, joined, prefix.length, key.length);
    return joined;
  }
}
