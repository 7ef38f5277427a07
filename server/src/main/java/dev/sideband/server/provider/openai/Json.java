package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The room's one way to JSON. Reading is lenient: a member that is absent, null or of another type
 * is empty or zero, because compatible servers leave things out.
 */
final class Json {
  private static final int MAX_DEPTH = 200;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The object that a text spells; empty if it spells none. */
  static Optional<ObjectNode> tryRead(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    return value.isTextual() ? Texts.wellFormed(value.textValue()) : "";
  }

  /** A whole number, never below zero. */
  static long count(JsonNode node, String member) {
    return Math.max(0, node.path(member).asLong(0));
  }

  /** A small whole number, never below zero. */
  static int index(JsonNode node, String member) {
    return (int) Math.min(Integer.MAX_VALUE, count(node, member));
  }

  /** A finite number. */
  static double number(JsonNode node, String member) {
    double value = node.path(member).asDouble(0);
    return Double.isFinite(value) ? value : 0;
  }
}
