package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.ItemCompleted;
import dev.sideband.v1.ItemDeleted;
import dev.sideband.v1.ItemRetrieved;
import dev.sideband.v1.ItemTruncated;
import dev.sideband.v1.McpApprovalRequested;
import dev.sideband.v1.ToolCallRequested;
import java.util.Map;

/** Reads {@code conversation.item.*}, but for transcription. */
final class ItemEvents {
  static final String ADDED = "conversation.item.added";
  static final String CREATED = "conversation.item.created";

  private ItemEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put(ADDED, ItemEvents::added);
    readers.put(CREATED, ItemEvents::added);
    readers.put("conversation.item.done", ItemEvents::done);
    readers.put("conversation.item.retrieved", ItemEvents::retrieved);
    readers.put("conversation.item.truncated", ItemEvents::truncated);
    readers.put(
        "conversation.item.deleted",
        (message, reading) ->
            reading
                .add()
                .setItemDeleted(ItemDeleted.newBuilder().setItemId(Json.text(message, "item_id"))));
  }

  private static void added(JsonNode message, Reading reading) {
    reading
        .add()
        .setItemAdded(
            ItemAdded.newBuilder()
                .setItem(ItemAdapter.read(message.path("item")))
                .setPreviousItemId(Json.text(message, "previous_item_id")));
  }

  private static void done(JsonNode message, Reading reading) {
    JsonNode json = message.path("item");
    Item item = ItemAdapter.read(json);
    reading
        .add()
        .setItemCompleted(
            ItemCompleted.newBuilder()
                .setItem(item)
                .setPreviousItemId(Json.text(message, "previous_item_id")));
    // The arguments of an interrupted call break off somewhere: nobody can act on them.
    if (item.hasFunctionCall() && !item.getStatus().equals("incomplete")) {
      reading.add().setToolCallRequested(toolCall(item));
      reading.asksFor(ArgumentText.of(item.getFunctionCall().getArguments()));
    } else if (Json.text(json, "type").equals("mcp_approval_request")) {
      reading.add().setMcpApprovalRequested(approval(json));
    }
  }

  private static void retrieved(JsonNode message, Reading reading) {
    Item item = ItemAdapter.read(message.path("item"));
    reading.add().setItemRetrieved(ItemRetrieved.newBuilder().setItem(item));
    if (item.hasFunctionCall()) {
      reading.asksFor(ArgumentText.of(item.getFunctionCall().getArguments()));
    }
  }

  private static ToolCallRequested toolCall(Item item) {
    FunctionCallItem call = item.getFunctionCall();
    return ToolCallRequested.newBuilder()
        .setToolCallId(call.getToolCallId())
        .setItemId(item.getId())
        .setName(call.getName())
        .setArguments(call.getArguments())
        .build();
  }

  private static McpApprovalRequested approval(JsonNode item) {
    return McpApprovalRequested.newBuilder()
        .setItemId(Json.text(item, "id"))
        .setServerLabel(Json.text(item, "server_label"))
        .setName(Json.text(item, "name"))
        .setArguments(Json.text(item, "arguments"))
        .build();
  }

  private static void truncated(JsonNode message, Reading reading) {
    reading
        .add()
        .setItemTruncated(
            ItemTruncated.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setContentIndex(Json.index(message, "content_index"))
                .setAudioEndMs(Json.count(message, "audio_end_ms")));
  }
}
