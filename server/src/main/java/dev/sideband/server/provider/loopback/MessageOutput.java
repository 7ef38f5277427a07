package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/**
 * One message of a response while it is being said: opened, fed, and closed with its status.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class MessageOutput {
  private final LoopbackSession session;
  private final ResponseOptions options;
  private final String responseId;
  private final int index;
  private final ObjectNode item;
  private final StringBuilder said = new StringBuilder();

  MessageOutput(LoopbackSession session, ResponseOptions options, String responseId, int index) {
    this.session = session;
    this.options = options;
    this.responseId = responseId;
    this.index = index;
    this.item =
        Json.object()
            .put("id", session.loop().ids().next("item"))
            .put("object", "realtime.item")
            .put("type", "message")
            .put("status", "in_progress")
            .put("role", "assistant");
    item.putArray("content");
  }

  void open() {
    ObjectNode added =
        session.audience().event("response.output_item.added").put("response_id", responseId);
    added.put("output_index", index).set("item", item.deepCopy());
    session.audience().tell(added);
    session.addOutput(item, options.outOfBand());
    ObjectNode part = event("response.content_part.added");
    part.set("part", part(""));
    session.audience().tell(part);
  }

  void say(String delta) {
    said.append(delta);
    session
        .audience()
        .tell(
            event(
                    options.isSpoken()
                        ? "response.output_audio_transcript.delta"
                        : "response.output_text.delta")
                .put("delta", delta));
  }

  void sound(byte[] pcm) {
    String audio = Base64.getEncoder().encodeToString(pcm);
    session.audience().tellAudio(event("response.output_audio.delta").put("delta", audio));
  }

  /**
   * Ends it.
   *
   * @param status "completed" or "incomplete"
   * @return the item as it stands in the response
   */
  ObjectNode close(String status) {
    String text = said.toString();
    if (options.isSpoken()) {
      session.audience().tell(event("response.output_audio.done"));
      session
          .audience()
          .tell(event("response.output_audio_transcript.done").put("transcript", text));
    } else {
      session.audience().tell(event("response.output_text.done").put("text", text));
    }
    ObjectNode partDone = event("response.content_part.done");
    partDone.set("part", part(text));
    session.audience().tell(partDone);
    item.put("status", status);
    item.withArray("content").add(content(text));
    session.finishOutput(item, options.outOfBand());
    ObjectNode done =
        session.audience().event("response.output_item.done").put("response_id", responseId);
    done.put("output_index", index).set("item", item.deepCopy());
    session.audience().tell(done);
    return item;
  }

  private ObjectNode event(String type) {
    return session
        .audience()
        .event(type)
        .put("response_id", responseId)
        .put("item_id", item.path("id").asText())
        .put("output_index", index)
        .put("content_index", 0);
  }

  private ObjectNode part(String text) {
    return options.isSpoken()
        ? Json.object().put("type", "audio").put("transcript", text)
        : Json.object().put("type", "text").put("text", text);
  }

  private ObjectNode content(String text) {
    return options.isSpoken()
        ? Json.object().put("type", "output_audio").put("transcript", text)
        : Json.object().put("type", "output_text").put("text", text);
  }
}
