package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * What a session is told to be: OpenAI's session object, with defaults for what nobody set.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class SessionSettings {
  private static final Set<String> KEYS =
      Set.of(
          "type",
          "model",
          "instructions",
          "output_modalities",
          "max_output_tokens",
          "parallel_tool_calls",
          "reasoning",
          "prompt",
          "tools",
          "tool_choice",
          "include",
          "tracing",
          "truncation",
          "audio");
  static final String DEFAULT_MODEL = "gpt-realtime";
  static final int PCM_RATE = 24_000;

  private final ObjectNode session;
  private boolean modelChosen;

  private SessionSettings(ObjectNode session) {
    this.session = session;
  }

  /** The defaults of a new session. */
  static SessionSettings create(String sessionId, long expiresAt) {
    ObjectNode session = Json.object().put("type", "realtime").put("object", "realtime.session");
    session.put("id", sessionId).put("model", DEFAULT_MODEL).put("expires_at", expiresAt);
    session.putArray("output_modalities").add("audio");
    session.put("instructions", "").put("tool_choice", "auto").put("max_output_tokens", "inf");
    session.putArray("tools");
    session.put("truncation", "auto").putNull("tracing").putNull("prompt").putNull("include");
    ObjectNode audio = session.putObject("audio");
    ObjectNode input = audio.putObject("input");
    input.set("format", pcm());
    input.putNull("transcription").putNull("noise_reduction");
    input.set("turn_detection", serverVad());
    ObjectNode output = audio.putObject("output");
    output.set("format", pcm());
    output.put("voice", "alloy").put("speed", 1.0);
    return new SessionSettings(session);
  }

  private static ObjectNode pcm() {
    return Json.object().put("type", "audio/pcm").put("rate", PCM_RATE);
  }

  private static ObjectNode serverVad() {
    return Json.object()
        .put("type", "server_vad")
        .put("threshold", 0.5)
        .put("prefix_padding_ms", 300)
        .put("silence_duration_ms", 500)
        .putNull("idle_timeout_ms")
        .put("create_response", true)
        .put("interrupt_response", true);
  }

  /**
   * Lays an update over the session.
   *
   * @param spoken whether the assistant has spoken, which fixes its voice
   */
  Optional<Refusal> update(JsonNode update, boolean spoken) {
    if (!(update instanceof ObjectNode fields)) {
      return Optional.of(Refusal.missing("session"));
    }
    Optional<Refusal> refusal = check(fields, spoken);
    if (refusal.isEmpty()) {
      apply(fields);
    }
    return refusal;
  }

  private void apply(ObjectNode fields) {
    modelChosen = modelChosen || fields.has("model");
    if (fields.at("/audio/input/turn_detection") instanceof ObjectNode detection) {
      boolean same = detection.path("type").asText("server_vad").equals(turnDetectionType());
      if (!same) {
        ((ObjectNode) session.at("/audio/input")).set("turn_detection", Json.object());
      }
    }
    Json.merge(session, fields);
  }

  private Optional<Refusal> check(ObjectNode fields, boolean spoken) {
    for (String key : (Iterable<String>) fields::fieldNames) {
      if (!KEYS.contains(key)) {
        String param = "session." + key;
        return Optional.of(
            new Refusal("unknown_parameter", "Unknown parameter: '" + param + "'.", param));
      }
    }
    String type = fields.path("type").asText();
    if (type.isEmpty()) {
      return Optional.of(Refusal.missing("session.type"));
    }
    if (!type.equals("realtime") && !type.equals("transcription")) {
      return Optional.of(Refusal.invalid("session.type", type, "'realtime' and 'transcription'"));
    }
    return checkModel(fields).or(() -> checkVoice(fields, spoken)).or(() -> checkAudio(fields));
  }

  private Optional<Refusal> checkModel(ObjectNode fields) {
    String model = fields.path("model").asText(model());
    if (modelChosen && !model.equals(model())) {
      return Optional.of(
          new Refusal("invalid_value", "Session model cannot be updated.", "session.model"));
    }
    JsonNode modalities = fields.path("output_modalities");
    boolean known =
        modalities.isMissingNode()
            || (modalities.size() == 1
                && Set.of("audio", "text").contains(modalities.path(0).asText()));
    return known
        ? Optional.empty()
        : Optional.of(
            Refusal.invalid(
                "session.output_modalities", modalities.toString(), "['text'] and ['audio']"));
  }

  private Optional<Refusal> checkVoice(ObjectNode fields, boolean spoken) {
    JsonNode voice = fields.at("/audio/output/voice");
    if (spoken && !voice.isMissingNode() && !voice.equals(voice())) {
      String message = "Cannot update a conversation's voice if assistant audio is present.";
      return Optional.of(new Refusal("cannot_update_voice", message, "session.audio.output.voice"));
    }
    return Optional.empty();
  }

  private static Optional<Refusal> checkAudio(ObjectNode fields) {
    for (String side : Set.of("input", "output")) {
      String format = fields.at("/audio/" + side + "/format/type").asText("audio/pcm");
      if (!format.equals("audio/pcm")) {
        return Optional.of(
            Refusal.invalid("session.audio." + side + ".format.type", format, "'audio/pcm'"));
      }
    }
    return Optional.empty();
  }

  /** The session object, for an answer; the caller's own copy. */
  ObjectNode toJson() {
    return session.deepCopy();
  }

  String model() {
    return session.path("model").asText();
  }

  JsonNode voice() {
    return session.at("/audio/output/voice");
  }

  boolean isTranscriptionOnly() {
    return session.path("type").asText().equals("transcription");
  }

  String modality() {
    return session.path("output_modalities").path(0).asText("audio");
  }

  JsonNode tools() {
    return session.get("tools") instanceof ArrayNode tools ? tools : Json.array();
  }

  JsonNode toolChoice() {
    return session.path("tool_choice");
  }

  JsonNode maxOutputTokens() {
    return session.path("max_output_tokens");
  }

  /** The transcription model, if the user's turns are to be transcribed. */
  Optional<String> transcriptionModel() {
    JsonNode transcription = session.at("/audio/input/transcription");
    return transcription.isObject()
        ? Optional.of(transcription.path("model").asText("gpt-4o-mini-transcribe"))
        : Optional.empty();
  }

  /** How turns are found in the user's audio; empty if by hand. */
  Optional<JsonNode> turnDetection() {
    JsonNode detection = session.at("/audio/input/turn_detection");
    return detection.isObject() ? Optional.of(detection) : Optional.empty();
  }

  private String turnDetectionType() {
    return session.at("/audio/input/turn_detection/type").asText();
  }
}
