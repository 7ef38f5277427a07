package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an item must be like that a client adds to a conversation. */
final class ItemRules {
  private static final Map<String, Set<String>> PARTS =
      Map.of(
          "user", Set.of("input_text", "input_audio", "input_image"),
          "system", Set.of("input_text"),
          "assistant", Set.of("output_text"));
  private static final List<String> TYPES =
      List.of("message", "function_call", "function_call_output", "mcp_approval_response");

  private ItemRules() {}

  static Optional<Refusal> check(ObjectNode item, Conversation conversation) {
    String type = item.path("type").asText();
    return switch (type) {
      case "message" -> checkMessage(item);
      case "function_call_output" -> checkOutput(item, conversation);
      case "function_call" ->
          item.path("name").asText().isEmpty()
              ? Optional.of(Refusal.missing("item.name"))
              : Optional.empty();
      case "mcp_approval_response" -> Optional.empty();
      case "" -> Optional.of(Refusal.missing("item.type"));
      default ->
          Optional.of(Refusal.invalid("item.type", type, "'" + String.join("', '", TYPES) + "'"));
    };
  }

  private static Optional<Refusal> checkMessage(ObjectNode item) {
    String role = item.path("role").asText();
    Set<String> allowed = PARTS.get(role);
    if (allowed == null) {
      return Optional.of(Refusal.invalid("item.role", role, "'user', 'assistant' and 'system'"));
    }
    JsonNode content = item.path("content");
    if (!content.isArray()) {
      return Optional.of(Refusal.missing("item.content"));
    }
    for (int i = 0; i < content.size(); i++) {
      String type = content.path(i).path("type").asText();
      if (!allowed.contains(type)) {
        String param = "item.content[" + i + "].type";
        return Optional.of(Refusal.invalid(param, type, "'" + String.join("', '", allowed) + "'"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> checkOutput(ObjectNode item, Conversation conversation) {
    String callId = item.path("call_id").asText();
    if (callId.isEmpty()) {
      return Optional.of(Refusal.missing("item.call_id"));
    }
    if (!conversation.hasToolCall(callId)) {
      String message = "Tool call ID '" + callId + "' not found in conversation.";
      return Optional.of(new Refusal("invalid_tool_call_id", message, "item.call_id"));
    }
    return Optional.empty();
  }
}
