package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the user: finds turns in the audio, commits them as items, transcribes them honestly,
 * and lets the assistant answer.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class UserTurns {
  private static final int LEAST_COMMIT_MS = 100;
  private static final int KEPT_QUIET_MS = 1_000;

  private final LoopbackSession session;
  private final InputAudio buffer;
  private final VoiceActivity activity = new VoiceActivity();
  private @Nullable String speakingItem;

  UserTurns(LoopbackSession session, boolean keepsSamples) {
    this.session = session;
    this.buffer = new InputAudio(keepsSamples);
  }

  /** Hears 10 ms of mono audio; what comes while a script is played is not listened to. */
  void hear(short[] window) {
    assert session.loop().isCurrent();
    if (!session.script().isOver()) {
      return;
    }
    buffer.add(window);
    Optional<JsonNode> detection = session.settings().turnDetection();
    if (detection.isEmpty()) {
      activity.skip();
      return;
    }
    VoiceActivity.Settings settings = VoiceActivity.Settings.of(detection.get());
    activity
        .hear(window, settings)
        .ifPresent(
            change -> {
              if (change instanceof VoiceActivity.Change.Started started) {
                started(started.audioStartMs(), detection.get());
              } else if (change instanceof VoiceActivity.Change.Stopped stopped) {
                stopped(stopped, detection.get());
              }
            });
    if (speakingItem == null && buffer.milliseconds() > KEPT_QUIET_MS) {
      buffer.trimTo(settings.prefixMs());
    }
  }

  private void started(long audioStartMs, JsonNode detection) {
    String item = session.loop().ids().next("item");
    speakingItem = item;
    Audience audience = session.audience();
    audience.tell(
        audience
            .event("input_audio_buffer.speech_started")
            .put("audio_start_ms", audioStartMs)
            .put("item_id", item));
    if (detection.path("interrupt_response").asBoolean(true)) {
      session.responses().interrupt();
    }
  }

  private void stopped(VoiceActivity.Change.Stopped stopped, JsonNode detection) {
    String item = speakingItem == null ? session.loop().ids().next("item") : speakingItem;
    speakingItem = null;
    Audience audience = session.audience();
    audience.tell(
        audience
            .event("input_audio_buffer.speech_stopped")
            .put("audio_end_ms", stopped.audioEndMs())
            .put("item_id", item));
    commit(item, stopped.turn());
    boolean answers = detection.path("create_response").asBoolean(true);
    if (answers && !session.settings().isTranscriptionOnly() && !session.responses().isActive()) {
      session.responses().create(ResponseOptions.of(session.settings()));
    }
  }

  /** Takes what is in the buffer as the user's turn. */
  Optional<Refusal> commitByHand() {
    if (buffer.milliseconds() < LEAST_COMMIT_MS) {
      String message =
          "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has "
              + buffer.milliseconds()
              + ".00ms of audio.";
      return Optional.of(new Refusal("input_audio_buffer_commit_empty", message, ""));
    }
    String item = speakingItem == null ? session.loop().ids().next("item") : speakingItem;
    speakingItem = null;
    activity.reset();
    long end = activity.nowMs();
    commit(item, new SpeechTurn(end - buffer.milliseconds(), end, buffer.peak()));
    return Optional.empty();
  }

  /** Throws the buffer away. */
  void clear() {
    speakingItem = null;
    activity.reset();
    buffer.clear();
    session.audience().tell(session.audience().event("input_audio_buffer.cleared"));
  }

  private void commit(String itemId, SpeechTurn turn) {
    Audience audience = session.audience();
    audience.tell(
        audience
            .event("input_audio_buffer.committed")
            .put("previous_item_id", session.conversation().lastId())
            .put("item_id", itemId));
    ObjectNode item = Json.object().put("id", itemId).put("object", "realtime.item");
    item.put("type", "message").put("status", "completed").put("role", "user");
    ObjectNode part = item.putArray("content").addObject().put("type", "input_audio");
    part.putNull("transcript");
    session.add(item, "");
    part.put("transcript", turn.transcript());
    session.heard(buffer.milliseconds());
    session.responses().heard(turn.seconds(), buffer.take());
    session
        .settings()
        .transcriptionModel()
        .ifPresent(
            model ->
                session.loop().after(session.deltaDelay(), () -> transcribe(itemId, turn, model)));
  }

  private void transcribe(String itemId, SpeechTurn turn, String model) {
    String transcript = turn.transcript();
    Audience audience = session.audience();
    audience.tell(
        audience
            .event("conversation.item.input_audio_transcription.delta")
            .put("item_id", itemId)
            .put("content_index", 0)
            .put("delta", transcript));
    ObjectNode completed =
        audience
            .event("conversation.item.input_audio_transcription.completed")
            .put("item_id", itemId)
            .put("content_index", 0)
            .put("transcript", transcript);
    completed.set("usage", Usage.ofTranscription(model, turn.seconds(), transcript));
    audience.tell(completed);
  }
}
