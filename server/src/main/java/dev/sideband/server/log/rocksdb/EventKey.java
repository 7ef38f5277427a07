package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The name of a stored event: conversation (16 bytes), then sequence (8 bytes, big-endian). */
record EventKey(ConversationId conversation, long sequence) {
  static final int BYTES = ConversationId.BYTES + Long.BYTES;

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).put(conversation.toBytes()).putLong(sequence).array();
  }

  static EventKey fromBytes(byte[] bytes) {
    return new EventKey(
        ConversationId.fromBytes(bytes, 0), ByteBuffer.wrap(bytes).getLong(ConversationId.BYTES));
  }

  /** Whether the bytes name an event of the conversation, whose own bytes are given. */
  static boolean isOf(byte[] conversation, byte[] key) {
    return key.length == BYTES
        && Arrays.equals(conversation, 0, ConversationId.BYTES, key, 0, ConversationId.BYTES);
  }

  static long sequence(byte[] key) {
    return ByteBuffer.wrap(key).getLong(ConversationId.BYTES);
  }
}
