package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** Writes {@code google.protobuf.Struct} as JSON. */
final class StructWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double MAX_EXACT = 1L << 53;

  private StructWriter() {}

  static ObjectNode write(Struct struct) {
    ObjectNode object = NODES.objectNode();
    struct.getFieldsMap().forEach((name, value) -> object.set(name, write(value)));
    return object;
  }

  private static JsonNode write(Value value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
      case STRING_VALUE -> NODES.textNode(value.getStringValue());
      case NUMBER_VALUE -> number(value.getNumberValue());
      case STRUCT_VALUE -> write(value.getStructValue());
      case LIST_VALUE -> {
        ArrayNode array = NODES.arrayNode();
        value.getListValue().getValuesList().forEach(element -> array.add(write(element)));
        yield array;
      }
      case NULL_VALUE, KIND_NOT_SET -> NODES.nullNode();
    };
  }

  // A Struct knows doubles only; a provider that wants an integer refuses 24000.0.
  private static JsonNode number(double number) {
    return number == Math.rint(number) && Math.abs(number) <= MAX_EXACT
        ? NODES.numberNode((long) number)
        : NODES.numberNode(number);
  }
}
