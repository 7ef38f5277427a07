package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.RateLimitsUpdated;
import dev.sideband.v1.SessionConfigured;
import java.util.Map;

/** Reads what the session is, and how much of it the account may have. */
final class SessionEvents {
  private static final int MAX_JSON = 512 * 1024;
  private static final long LATEST_SECOND = 100_000_000_000L;
  private static final double LONGEST_RESET = 1e9;

  private SessionEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put("session.created", SessionEvents::session);
    readers.put("session.updated", SessionEvents::session);
    readers.put("rate_limits.updated", SessionEvents::rateLimits);
  }

  private static void session(JsonNode message, Reading reading) {
    if (message.path("session") instanceof ObjectNode session) {
      reading.session(Json.text(session, "id"));
      reading
          .add()
          .setSessionConfigured(SessionConfigured.newBuilder().setSession(effective(session)));
    }
  }

  private static EffectiveSession effective(ObjectNode session) {
    JsonNode voice = session.path("audio").path("output").path("voice");
    EffectiveSession.Builder effective =
        EffectiveSession.newBuilder()
            .setModel(Json.text(session, "model"))
            .setVoice(
                voice.isObject()
                    ? Json.text(voice, "id")
                    : Json.text(session.path("audio").path("output"), "voice"))
            .setTranscriptionModel(
                Json.text(session.path("audio").path("input").path("transcription"), "model"))
            .setInstructions(Json.text(session, "instructions"))
            .setOutputModality(modality(session.path("output_modalities")))
            .setJson(
                EventSize.cut(
                    Texts.wellFormed(SecretFilter.filtered(session).toString()), MAX_JSON));
    for (JsonNode tool : session.path("tools")) {
      String name = Json.text(tool, "name");
      effective.addToolNames(name.isEmpty() ? Json.text(tool, "server_label") : name);
    }
    long expires = Json.count(session, "expires_at");
    if (expires > 0 && expires < LATEST_SECOND) {
      effective.setExpiresAt(Timestamp.newBuilder().setSeconds(expires));
    }
    return effective.build();
  }

  private static OutputModality modality(JsonNode modalities) {
    return switch (modalities.path(0).asText("")) {
      case "audio" -> OutputModality.OUTPUT_AUDIO;
      case "text" -> OutputModality.OUTPUT_TEXT;
      default -> OutputModality.OUTPUT_MODALITY_UNSPECIFIED;
    };
  }

  private static void rateLimits(JsonNode message, Reading reading) {
    RateLimitsUpdated.Builder limits = RateLimitsUpdated.newBuilder();
    for (JsonNode limit : message.path("rate_limits")) {
      limits.addLimits(
          RateLimitsUpdated.RateLimit.newBuilder()
              .setName(Json.text(limit, "name"))
              .setLimit(Json.count(limit, "limit"))
              .setRemaining(Json.count(limit, "remaining"))
              .setReset(duration(Json.number(limit, "reset_seconds"))));
    }
    reading.add().setRateLimitsUpdated(limits);
  }

  private static Duration duration(double seconds) {
    double bounded = Math.max(0, Math.min(LONGEST_RESET, seconds));
    long whole = (long) bounded;
    return Duration.newBuilder()
        .setSeconds(whole)
        .setNanos((int) ((bounded - whole) * 1_000_000_000))
        .build();
  }
}
