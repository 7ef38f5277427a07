package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A function call of a response, told in one go: added, its arguments, done.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class FunctionCallOutput {
  private final LoopbackSession session;
  private final String responseId;
  private final int index;

  FunctionCallOutput(LoopbackSession session, String responseId, int index) {
    this.session = session;
    this.responseId = responseId;
    this.index = index;
  }

  /** Tells it, and returns the item as it stands in the response. */
  ObjectNode emit(Reply.ToolCall call, boolean outOfBand) {
    ObjectNode item =
        Json.object()
            .put("id", session.loop().ids().next("item"))
            .put("object", "realtime.item")
            .put("type", "function_call")
            .put("status", "in_progress")
            .put("call_id", session.loop().ids().next("call"))
            .put("name", call.name())
            .put("arguments", "");
    tellItem("response.output_item.added", item);
    session.addOutput(item, outOfBand);
    session
        .audience()
        .tell(
            arguments("response.function_call_arguments.delta", item)
                .put("delta", call.arguments()));
    session
        .audience()
        .tell(
            arguments("response.function_call_arguments.done", item)
                .put("name", call.name())
                .put("arguments", call.arguments()));
    item.put("arguments", call.arguments()).put("status", "completed");
    session.finishOutput(item, outOfBand);
    tellItem("response.output_item.done", item);
    return item;
  }

  private void tellItem(String type, ObjectNode item) {
    ObjectNode event = session.audience().event(type).put("response_id", responseId);
    event.put("output_index", index).set("item", item.deepCopy());
    session.audience().tell(event);
  }

  private ObjectNode arguments(String type, ObjectNode item) {
    return session
        .audience()
        .event(type)
        .put("response_id", responseId)
        .put("item_id", item.path("id").asText())
        .put("output_index", index)
        .put("call_id", item.path("call_id").asText());
  }
}
