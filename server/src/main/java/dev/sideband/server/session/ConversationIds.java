package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.sideband.server.log.ConversationId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes ids: derived ones, so that repeats of a request meet, and fresh ones.
 *
 * <p>A derived id is the first 16 bytes of the SHA-256 of who asks, for what, under which
 * request_id; as a UUID it has version 8 (RFC 9562). A fresh conversation id has version 7.
 */
final class ConversationIds {
  private ConversationIds() {}

  static ConversationId conversation(Principal principal, String requestId) {
    ByteBuffer digest = ByteBuffer.wrap(digest("Start", principal.name(), canonical(requestId)));
    return new ConversationId(version(digest.getLong(), digest.getLong(), 8));
  }

  static ConversationId freshConversation(InstantSource clock, RandomGenerator random) {
    long high = (clock.millis() << 16) | (random.nextLong() & 0xFFFF);
    return new ConversationId(version(high, random.nextLong(), 7));
  }

  private static UUID version(long high, long low, long version) {
    return new UUID(
        (high & ~0xF000L) | (version << 12),
        (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
  }

  /** 32 hex digits, which is as long as a provider lets an item id be. */
  static String input(Principal principal, ConversationId conversation, String requestId) {
    byte[] digest = digest("Send", principal.name(), conversation.toString(), canonical(requestId));
    return HexFormat.of().formatHex(digest, 0, 16);
  }

  static String freshInput(RandomGenerator random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** SHA-256 of a message; equal messages have equal ones, whatever the order of their maps. */
  static ByteString fingerprint(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // The array has the size that the message asked for.
    }
    return ByteString.copyFrom(sha256().digest(bytes));
  }

  /** A UUID is the same in either case of letters. */
  private static String canonical(String requestId) {
    return requestId.toLowerCase(Locale.ROOT);
  }

  private static byte[] digest(String... parts) {
    MessageDigest sha256 = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
      sha256.update(bytes);
    }
    return sha256.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
