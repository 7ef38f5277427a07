package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Does what clients ask for: all eleven client events of the Realtime API, from whichever
 * connection they come.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class ClientEvents {
  private static final List<String> TYPES =
      List.of(
          "session.update",
          "conversation.item.create",
          "conversation.item.retrieve",
          "conversation.item.truncate",
          "conversation.item.delete",
          "input_audio_buffer.append",
          "input_audio_buffer.commit",
          "input_audio_buffer.clear",
          "output_audio_buffer.clear",
          "response.create",
          "response.cancel");
  static final int LONGEST_EVENT_ID = 512;

  /** 100 ms of 16-bit PCM at 24 kHz. */
  private static final String SILENCE = Base64.getEncoder().encodeToString(new byte[4_800]);

  private final LoopbackSession session;
  private final InputLog inputs;
  private final BiConsumer<ObjectNode, String> witness;
  private final Runnable expire;
  private final PcmWindows windows = new PcmWindows();

  /**
   * For one session.
   *
   * @param witness told of every event that was read, and of the code of its refusal or ""
   * @param expire ends the session as if its time were up
   */
  ClientEvents(
      LoopbackSession session,
      InputLog inputs,
      BiConsumer<ObjectNode, String> witness,
      Runnable expire) {
    this.session = session;
    this.inputs = inputs;
    this.witness = witness;
    this.expire = expire;
  }

  /** Does what a message asks for, or tells its sender why not. */
  void handle(String text, EventSink from) {
    assert session.loop().isCurrent();
    Optional<ObjectNode> read = Json.readObject(text);
    if (read.isEmpty()) {
      String message = "The event could not be parsed as a JSON object.";
      session.audience().refuse(from, new Refusal("invalid_json", message, ""), "");
      return;
    }
    ObjectNode event = read.get();
    inputs.add(event);
    String eventId = event.path("event_id").asText();
    Optional<Refusal> refusal =
        eventId.length() > LONGEST_EVENT_ID
            ? Optional.of(Refusal.tooLong("event_id", LONGEST_EVENT_ID, eventId.length()))
            : obey(event);
    witness.accept(event, refusal.map(Refusal::code).orElse(""));
    refusal.ifPresent(reason -> session.audience().refuse(from, reason, eventId));
  }

  private Optional<Refusal> obey(ObjectNode event) {
    return session.script().tryTake(event) ? Optional.empty() : dispatch(event);
  }

  private Optional<Refusal> dispatch(ObjectNode event) {
    String type = event.path("type").asText();
    return switch (type) {
      case "session.update" -> session.update(event);
      case "conversation.item.create" -> createItem(event);
      case "conversation.item.retrieve" -> retrieveItem(event);
      case "conversation.item.truncate" -> truncateItem(event);
      case "conversation.item.delete" -> deleteItem(event);
      case "input_audio_buffer.append" -> appendAudio(event);
      case "input_audio_buffer.commit" -> session.turns().commitByHand();
      case "input_audio_buffer.clear" -> clearInput();
      case "output_audio_buffer.clear" -> clearOutput();
      case "response.create" -> createResponse(event);
      case "response.cancel" -> session.responses().cancel(event.path("response_id").asText());
      case "" -> Optional.of(Refusal.missing("type"));
      default -> Optional.of(Refusal.invalid("type", type, "'" + String.join("', '", TYPES) + "'"));
    };
  }

  private Optional<Refusal> createItem(ObjectNode event) {
    if (!(event.get("item") instanceof ObjectNode given)) {
      return Optional.of(Refusal.missing("item"));
    }
    ObjectNode item = given.deepCopy();
    if (item.path("id").asText().isEmpty()) {
      item.put("id", session.loop().ids().next("item"));
    }
    String after = event.path("previous_item_id").asText("");
    Optional<Refusal> refusal =
        session
            .conversation()
            .check(item.path("id").asText(), after)
            .or(() -> ItemRules.check(item, session.conversation()));
    if (refusal.isEmpty()) {
      session.add(item.put("object", "realtime.item").put("status", "completed"), after);
      obeyScript(item);
    }
    return refusal;
  }

  private void obeyScript(ObjectNode item) {
    String code = Assistant.errorAsked(item);
    if (!code.isEmpty()) {
      session.audience().tellError(new Refusal(code, "The script asked for this error.", ""));
    }
    if (Assistant.expiryAsked(item)) {
      expire.run();
    }
  }

  private Optional<Refusal> retrieveItem(ObjectNode event) {
    String id = event.path("item_id").asText();
    Optional<Refusal> refusal = session.conversation().checkExists(id, "retrieve", "retrieving");
    session
        .conversation()
        .find(id)
        .ifPresent(
            item -> {
              ObjectNode retrieved = session.audience().event("conversation.item.retrieved");
              retrieved.set("item", withAudio(item.deepCopy()));
              session.audience().tell(retrieved);
            });
    return refusal;
  }

  /**
   * The sound of an item comes only with its retrieval; it is not kept here, so silence is sent.
   */
  private static ObjectNode withAudio(ObjectNode item) {
    for (JsonNode part : item.path("content")) {
      if (part instanceof ObjectNode heard && part.path("type").asText().endsWith("_audio")) {
        heard.put("audio", SILENCE);
      }
    }
    return item;
  }

  private Optional<Refusal> truncateItem(ObjectNode event) {
    String id = event.path("item_id").asText();
    Optional<Refusal> refusal = session.conversation().checkExists(id, "truncate", "truncating");
    if (refusal.isPresent()) {
      return refusal;
    }
    ObjectNode item = session.conversation().find(id).orElseThrow();
    if (!item.path("role").asText().equals("assistant")) {
      String message = "Only model output audio messages can be truncated";
      return Optional.of(new Refusal("invalid_value", message, "item_id"));
    }
    if (item.path("content").path(0) instanceof ObjectNode part) {
      part.remove("transcript");
    }
    session
        .audience()
        .tell(
            session
                .audience()
                .event("conversation.item.truncated")
                .put("item_id", id)
                .put("content_index", event.path("content_index").asInt())
                .put("audio_end_ms", event.path("audio_end_ms").asLong()));
    return Optional.empty();
  }

  private Optional<Refusal> deleteItem(ObjectNode event) {
    String id = event.path("item_id").asText();
    Optional<Refusal> refusal = session.conversation().checkExists(id, "delete", "deleting");
    if (refusal.isEmpty()) {
      session.conversation().remove(id);
      session
          .audience()
          .tell(session.audience().event("conversation.item.deleted").put("item_id", id));
    }
    return refusal;
  }

  private Optional<Refusal> appendAudio(ObjectNode event) {
    JsonNode audio = event.path("audio");
    if (!audio.isTextual()) {
      return Optional.of(Refusal.missing("audio"));
    }
    try {
      windows.add(Base64.getDecoder().decode(audio.asText()), session.turns()::hear);
      return Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      String message = "Invalid 'audio'. Expected base64-encoded audio bytes.";
      return Optional.of(new Refusal("invalid_value", message, "audio"));
    }
  }

  private Optional<Refusal> clearInput() {
    windows.clear();
    session.turns().clear();
    return Optional.empty();
  }

  private Optional<Refusal> clearOutput() {
    if (session.isPrimary()) {
      String message = "output_audio_buffer.clear is only for WebRTC and SIP sessions.";
      return Optional.of(new Refusal("invalid_value", message, "type"));
    }
    session.hush();
    return Optional.empty();
  }

  private Optional<Refusal> createResponse(ObjectNode event) {
    ObjectNode response = event.get("response") instanceof ObjectNode given ? given : Json.object();
    return session.responses().create(ResponseOptions.of(session.settings(), response));
  }
}
