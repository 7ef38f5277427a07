package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.ContentPartAdded;
import dev.sideband.v1.ContentPartCompleted;
import dev.sideband.v1.OutputItemAdded;
import dev.sideband.v1.OutputItemCompleted;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.UsageRecorded;
import java.util.Map;

/** Reads the life of a response, but for its words, its audio and its tools. */
final class ResponseEvents {

  private ResponseEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put(
        "response.created",
        (message, reading) ->
            reading
                .add()
                .setResponseStarted(ResponseStarted.newBuilder().setResponseId(id(message))));
    readers.put("response.done", ResponseEvents::done);
    readers.put("response.output_item.added", ResponseEvents::itemAdded);
    readers.put("response.output_item.done", ResponseEvents::itemDone);
    readers.put("response.content_part.added", ResponseEvents::partAdded);
    readers.put("response.content_part.done", ResponseEvents::partDone);
  }

  private static String id(JsonNode message) {
    String id = Json.text(message.path("response"), "id");
    return id.isEmpty() ? Json.text(message, "response_id") : id;
  }

  private static void done(JsonNode message, Reading reading) {
    JsonNode response = message.path("response");
    JsonNode details = response.path("status_details");
    JsonNode error = details.path("error");
    ResponseCompleted.Builder completed =
        ResponseCompleted.newBuilder()
            .setResponseId(id(message))
            .setStatus(status(Json.text(response, "status")))
            .setReason(Json.text(details, "reason"))
            .setProviderCode(ErrorEvents.code(error))
            .setMessage(PublicText.of(Json.text(error, "message")));
    JsonNode usage = response.path("usage");
    if (usage.isObject()) {
      completed.setUsage(UsageAdapter.read(usage));
    }
    reading.add().setResponseCompleted(completed);
    if (completed.hasUsage()) {
      reading
          .add()
          .setUsageRecorded(
              UsageRecorded.newBuilder()
                  .setResponseId(completed.getResponseId())
                  .setUsage(completed.getUsage()));
    }
    if (completed.getStatus() == ResponseCompleted.Status.FAILED) {
      reading.add().setErrorOccurred(ErrorEvents.ofFailedResponse(error));
    }
  }

  private static ResponseCompleted.Status status(String status) {
    return switch (status) {
      case "completed" -> ResponseCompleted.Status.COMPLETED;
      case "cancelled" -> ResponseCompleted.Status.CANCELLED;
      case "failed" -> ResponseCompleted.Status.FAILED;
      case "incomplete" -> ResponseCompleted.Status.INCOMPLETE;
      default -> ResponseCompleted.Status.STATUS_UNSPECIFIED;
    };
  }

  private static void itemAdded(JsonNode message, Reading reading) {
    reading
        .add()
        .setOutputItemAdded(
            OutputItemAdded.newBuilder()
                .setResponseId(id(message))
                .setOutputIndex(Json.index(message, "output_index"))
                .setItem(ItemAdapter.read(message.path("item"))));
  }

  private static void itemDone(JsonNode message, Reading reading) {
    reading
        .add()
        .setOutputItemCompleted(
            OutputItemCompleted.newBuilder()
                .setResponseId(id(message))
                .setOutputIndex(Json.index(message, "output_index"))
                .setItem(ItemAdapter.read(message.path("item"))));
  }

  private static void partAdded(JsonNode message, Reading reading) {
    reading
        .add()
        .setContentPartAdded(
            ContentPartAdded.newBuilder()
                .setResponseId(id(message))
                .setItemId(Json.text(message, "item_id"))
                .setOutputIndex(Json.index(message, "output_index"))
                .setContentIndex(Json.index(message, "content_index"))
                .setPart(ItemAdapter.part(message.path("part"))));
  }

  private static void partDone(JsonNode message, Reading reading) {
    reading
        .add()
        .setContentPartCompleted(
            ContentPartCompleted.newBuilder()
                .setResponseId(id(message))
                .setItemId(Json.text(message, "item_id"))
                .setOutputIndex(Json.index(message, "output_index"))
                .setContentIndex(Json.index(message, "content_index"))
                .setPart(ItemAdapter.part(message.path("part"))));
  }
}
