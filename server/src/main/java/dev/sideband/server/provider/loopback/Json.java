package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Trees of JSON, read and written. Safe for every thread. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Reads an object; empty if the text is anything else. */
  static Optional<ObjectNode> readObject(String text) {
    try {
      return MAPPER.readTree(text) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("json: a tree that cannot be written", impossible);
    }
  }

  /** Lays an object over another: objects merge, everything else replaces. */
  static void merge(ObjectNode base, ObjectNode over) {
    over.properties()
        .forEach(
            field -> {
              if (base.get(field.getKey()) instanceof ObjectNode below
                  && field.getValue() instanceof ObjectNode above) {
                merge(below, above);
              } else {
                base.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }
}
