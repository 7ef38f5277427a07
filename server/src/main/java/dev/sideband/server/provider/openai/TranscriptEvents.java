package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.TranscriptFailed;
import dev.sideband.v1.TranscriptSegment;
import dev.sideband.v1.TranscriptSource;
import dev.sideband.v1.UsageRecorded;
import java.util.List;
import java.util.Map;

/** Reads what was said and written, by either side. */
final class TranscriptEvents {
  private static final String INPUT = "conversation.item.input_audio_transcription.";

  private TranscriptEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put(INPUT + "delta", delta(Role.USER, TranscriptSource.INPUT_TRANSCRIPTION));
    readers.put(INPUT + "completed", TranscriptEvents::inputCompleted);
    readers.put(INPUT + "segment", TranscriptEvents::segment);
    readers.put(INPUT + "failed", TranscriptEvents::failed);
    for (String name : List.of("response.output_audio_transcript", "response.audio_transcript")) {
      TranscriptSource source = TranscriptSource.OUTPUT_TRANSCRIPT;
      readers.put(name + ".delta", delta(Role.ASSISTANT, source));
      readers.put(name + ".done", completed(Role.ASSISTANT, source, "transcript"));
    }
    for (String name : List.of("response.output_text", "response.text")) {
      TranscriptSource source = TranscriptSource.OUTPUT_TEXT_STREAM;
      readers.put(name + ".delta", delta(Role.ASSISTANT, source));
      readers.put(name + ".done", completed(Role.ASSISTANT, source, "text"));
    }
  }

  private static MessageReader delta(Role role, TranscriptSource source) {
    return (message, reading) ->
        reading
            .add()
            .setTranscriptDelta(
                TranscriptDelta.newBuilder()
                    .setRole(role)
                    .setItemId(Json.text(message, "item_id"))
                    .setContentIndex(Json.index(message, "content_index"))
                    .setDelta(Json.text(message, "delta"))
                    .setSource(source)
                    .setResponseId(Json.text(message, "response_id")));
  }

  private static MessageReader completed(Role role, TranscriptSource source, String member) {
    return (message, reading) ->
        reading
            .add()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder()
                    .setRole(role)
                    .setItemId(Json.text(message, "item_id"))
                    .setContentIndex(Json.index(message, "content_index"))
                    .setText(Json.text(message, member))
                    .setSource(source)
                    .setResponseId(Json.text(message, "response_id")));
  }

  private static void inputCompleted(JsonNode message, Reading reading) {
    completed(Role.USER, TranscriptSource.INPUT_TRANSCRIPTION, "transcript").read(message, reading);
    JsonNode usage = message.path("usage");
    if (usage.isObject()) {
      reading
          .add()
          .setUsageRecorded(
              UsageRecorded.newBuilder()
                  .setItemId(Json.text(message, "item_id"))
                  .setUsage(UsageAdapter.read(usage)));
    }
  }

  private static void segment(JsonNode message, Reading reading) {
    reading
        .add()
        .setTranscriptSegment(
            TranscriptSegment.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setContentIndex(Json.index(message, "content_index"))
                .setSegmentId(Json.text(message, "id"))
                .setSpeaker(Json.text(message, "speaker"))
                .setStart(Json.number(message, "start"))
                .setEnd(Json.number(message, "end"))
                .setText(Json.text(message, "text")));
  }

  private static void failed(JsonNode message, Reading reading) {
    JsonNode error = message.path("error");
    reading
        .add()
        .setTranscriptFailed(
            TranscriptFailed.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setContentIndex(Json.index(message, "content_index"))
                .setProviderCode(ErrorEvents.code(error))
                .setMessage(PublicText.of(Json.text(error, "message"))));
  }
}
