package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.FunctionOutputItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.OtherItem;
import dev.sideband.v1.Role;

/** Writes an item of ours as the provider wants it. */
final class ItemWriter {

  private ItemWriter() {}

  static ObjectNode write(Item item) {
    ObjectNode json =
        switch (item.getKindCase()) {
          case MESSAGE -> message(item.getMessage());
          case FUNCTION_CALL -> functionCall(item.getFunctionCall());
          case FUNCTION_OUTPUT -> functionOutput(item.getFunctionOutput());
          case OTHER -> other(item.getOther());
          case KIND_NOT_SET -> Json.object();
        };
    if (!item.getId().isEmpty()) {
      json.put("id", item.getId());
    }
    return json;
  }

  private static ObjectNode message(MessageItem message) {
    ObjectNode json = Json.object().put("type", "message").put("role", role(message.getRole()));
    ArrayNode content = json.putArray("content");
    for (ContentPart part : message.getContentList()) {
      ObjectNode written = content.addObject();
      written.put("type", part.getType().isEmpty() ? textType(message) : part.getType());
      if (!part.getText().isEmpty() || part.getTranscript().isEmpty()) {
        written.put("text", part.getText());
      }
      if (!part.getTranscript().isEmpty()) {
        written.put("transcript", part.getTranscript());
      }
    }
    return json;
  }

  private static String textType(MessageItem message) {
    return message.getRole() == Role.ASSISTANT ? "output_text" : "input_text";
  }

  private static String role(Role role) {
    return switch (role) {
      case ASSISTANT -> "assistant";
      case SYSTEM -> "system";
      case USER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "user";
    };
  }

  private static ObjectNode functionCall(FunctionCallItem call) {
    return Json.object()
        .put("type", "function_call")
        .put("call_id", call.getToolCallId())
        .put("name", call.getName())
        .put("arguments", call.getArguments());
  }

  private static ObjectNode functionOutput(FunctionOutputItem output) {
    return Json.object()
        .put("type", "function_call_output")
        .put("call_id", output.getToolCallId())
        .put("output", output.getOutput());
  }

  private static ObjectNode other(OtherItem other) {
    return Json.tryRead(other.getJson())
        .orElseThrow(
            () -> new IllegalArgumentException("item: not a JSON object (expected: an item)"))
        .put("type", other.getType());
  }
}
