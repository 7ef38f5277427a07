package dev.sideband.server.log;

import java.nio.ByteBuffer;
import java.util.UUID;

/** The name of a conversation: a UUID (RFC 9562), 16 bytes in keys, 36 characters in messages. */
public record ConversationId(UUID uuid) {

  /** How many bytes {@link #toBytes} gives. */
  public static final int BYTES = 16;

  /**
   * Reads the 36-character form.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ConversationId parse(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("conversation_id: not a UUID (expected: 36 characters)");
    }
    return new ConversationId(UUID.fromString(text));
  }

  /** Reads the 16 bytes at {@code offset}. */
  public static ConversationId fromBytes(byte[] bytes, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, BYTES);
    return new ConversationId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  /** The 16 bytes, big-endian. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
