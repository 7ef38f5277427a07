package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.FunctionOutputItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.OtherItem;
import dev.sideband.v1.Role;

/** Reads conversation items, their media replaced by digests. */
final class ItemAdapter {
  private static final int MAX_OTHER = 256 * 1024;

  private ItemAdapter() {}

  static Item read(JsonNode json) {
    Item.Builder item =
        Item.newBuilder().setId(Json.text(json, "id")).setStatus(Json.text(json, "status"));
    switch (Json.text(json, "type")) {
      case "message" -> item.setMessage(message(json));
      case "function_call" -> item.setFunctionCall(functionCall(json));
      case "function_call_output" ->
          item.setFunctionOutput(
              FunctionOutputItem.newBuilder()
                  .setToolCallId(Json.text(json, "call_id"))
                  .setOutput(Json.text(json, "output")));
      default -> item.setOther(other(json));
    }
    return item.build();
  }

  static ContentPart part(JsonNode json) {
    ContentPart.Builder part =
        ContentPart.newBuilder()
            .setType(Json.text(json, "type"))
            .setText(Json.text(json, "text"))
            .setTranscript(Json.text(json, "transcript"));
    String audio = Json.text(json, "audio");
    String image = Json.text(json, "image_url");
    if (!audio.isEmpty()) {
      part.setBlob(BlobCutter.digest(audio));
    } else if (!image.isEmpty()) {
      part.setBlob(BlobCutter.digest(image));
    }
    return part.build();
  }

  static Role role(String role) {
    return switch (role) {
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      case "system", "developer" -> Role.SYSTEM;
      default -> Role.ROLE_UNSPECIFIED;
    };
  }

  private static MessageItem message(JsonNode json) {
    MessageItem.Builder message = MessageItem.newBuilder().setRole(role(Json.text(json, "role")));
    for (JsonNode part : json.path("content")) {
      message.addContent(part(part));
    }
    return message.build();
  }

  private static FunctionCallItem functionCall(JsonNode json) {
    String callId = Json.text(json, "call_id");
    return FunctionCallItem.newBuilder()
        .setToolCallId(callId.isEmpty() ? Json.text(json, "id") : callId)
        .setName(Json.text(json, "name"))
        .setArguments(Json.text(json, "arguments"))
        .build();
  }

  private static OtherItem other(JsonNode json) {
    String text = "";
    if (json instanceof ObjectNode object) {
      ObjectNode copy = object.deepCopy();
      BlobCutter.cut(copy);
      text = EventSize.cut(Texts.wellFormed(copy.toString()), MAX_OTHER);
    }
    return OtherItem.newBuilder().setType(Json.text(json, "type")).setJson(text).build();
  }
}
