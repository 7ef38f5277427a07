package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.sideband.v1.BlobDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Replaces audio and image bytes by their length and SHA-256: bytes of media are never stored. */
final class BlobCutter {
  private static final List<String> DELTAS =
      List.of("response.output_audio.delta", "response.audio.delta");

  private BlobCutter() {}

  /** Changes the message; says whether there was anything to replace. */
  static boolean cut(ObjectNode message) {
    boolean changed = false;
    if (DELTAS.contains(Json.text(message, "type"))) {
      changed = replace(message, "delta");
    }
    return cutWithin(message) || changed;
  }

  /** What stands for the given base64 text. */
  static BlobDigest digest(String base64) {
    byte[] bytes = bytes(base64);
    return BlobDigest.newBuilder()
        .setBytes(bytes.length)
        .setSha256(ByteString.copyFrom(sha256(bytes)))
        .build();
  }

  private static boolean cutWithin(JsonNode node) {
    boolean changed = false;
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
        changed |= isBlob(member) ? replace(object, member.getKey()) : cutWithin(member.getValue());
      }
    } else {
      for (JsonNode element : node) {
        changed |= cutWithin(element);
      }
    }
    return changed;
  }

  private static boolean isBlob(Map.Entry<String, JsonNode> member) {
    return member.getValue().isTextual()
        && !member.getValue().textValue().isEmpty()
        && (member.getKey().equals("audio")
            || (member.getKey().equals("image_url")
                && member.getValue().textValue().startsWith("data:")));
  }

  private static boolean replace(ObjectNode object, String member) {
    String text = Json.text(object, member);
    if (text.isEmpty()) {
      return false;
    }
    BlobDigest digest = digest(text);
    object
        .putObject(member)
        .put("bytes", digest.getBytes())
        .put("sha256", HexFormat.of().formatHex(digest.getSha256().toByteArray()));
    return true;
  }

  private static byte[] bytes(String text) {
    String base64 = text.startsWith("data:") ? text.substring(text.indexOf(',') + 1) : text;
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Not base64, so its text is all there is to vouch for.
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
    }
  }
}
