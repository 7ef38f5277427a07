package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * How a response is to be: the session's settings, and what {@code response.create} says instead.
 *
 * @param modality "audio" or "text"
 * @param outOfBand whether it leaves the conversation alone
 * @param tools what it may call
 * @param input what to answer instead of the conversation; empty = the conversation
 * @param metadata given back as it came
 */
record ResponseOptions(
    String modality,
    boolean outOfBand,
    JsonNode tools,
    Optional<List<JsonNode>> input,
    JsonNode metadata) {

  /** What the session alone says. */
  static ResponseOptions of(SessionSettings settings) {
    return of(settings, Json.object());
  }

  static ResponseOptions of(SessionSettings settings, ObjectNode response) {
    JsonNode tools = response.has("tools") ? response.path("tools") : settings.tools();
    JsonNode choice =
        response.has("tool_choice") ? response.path("tool_choice") : settings.toolChoice();
    return new ResponseOptions(
        response.path("output_modalities").path(0).asText(settings.modality()),
        response.path("conversation").asText("auto").equals("none"),
        choice.asText().equals("none") ? Json.array() : tools,
        response.get("input") instanceof ArrayNode items
            ? Optional.of(StreamSupport.stream(items.spliterator(), false).toList())
            : Optional.empty(),
        response.path("metadata"));
  }

  boolean isSpoken() {
    return modality.equals("audio");
  }
}
