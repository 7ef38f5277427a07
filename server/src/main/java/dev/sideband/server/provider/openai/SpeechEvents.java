package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.AudioOut;
import dev.sideband.v1.AudioOutCompleted;
import dev.sideband.v1.DtmfReceived;
import dev.sideband.v1.InputCleared;
import dev.sideband.v1.InputCommitted;
import dev.sideband.v1.InputSpeechStarted;
import dev.sideband.v1.InputSpeechStopped;
import dev.sideband.v1.InputTimedOut;
import dev.sideband.v1.PlaybackCleared;
import dev.sideband.v1.PlaybackStarted;
import dev.sideband.v1.PlaybackStopped;
import java.util.Base64;
import java.util.Map;

/** Reads the buffers of the user's and the assistant's voice, and the latter's audio itself. */
final class SpeechEvents {
  private static final int RATE = 24_000;
  private static final long LATEST_SECOND = 100_000_000_000L;

  private SpeechEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    addInput(readers);
    addPlayback(readers);
    readers.put("response.output_audio.delta", SpeechEvents::audio);
    readers.put("response.audio.delta", SpeechEvents::audio);
    readers.put("response.output_audio.done", SpeechEvents::audioDone);
    readers.put("response.audio.done", SpeechEvents::audioDone);
  }

  private static void addInput(Map<String, MessageReader> readers) {
    readers.put("input_audio_buffer.speech_started", SpeechEvents::speechStarted);
    readers.put("input_audio_buffer.speech_stopped", SpeechEvents::speechStopped);
    readers.put("input_audio_buffer.committed", SpeechEvents::committed);
    readers.put(
        "input_audio_buffer.cleared",
        (message, reading) -> reading.add().setInputCleared(InputCleared.getDefaultInstance()));
    readers.put("input_audio_buffer.timeout_triggered", SpeechEvents::timedOut);
    readers.put("input_audio_buffer.dtmf_event_received", SpeechEvents::dtmf);
  }

  private static void addPlayback(Map<String, MessageReader> readers) {
    readers.put(
        "output_audio_buffer.started",
        (message, reading) ->
            reading
                .add()
                .setPlaybackStarted(
                    PlaybackStarted.newBuilder().setResponseId(responseId(message))));
    readers.put(
        "output_audio_buffer.stopped",
        (message, reading) ->
            reading
                .add()
                .setPlaybackStopped(
                    PlaybackStopped.newBuilder().setResponseId(responseId(message))));
    readers.put(
        "output_audio_buffer.cleared",
        (message, reading) ->
            reading
                .add()
                .setPlaybackCleared(
                    PlaybackCleared.newBuilder().setResponseId(responseId(message))));
  }

  private static String responseId(JsonNode message) {
    return Json.text(message, "response_id");
  }

  private static void speechStarted(JsonNode message, Reading reading) {
    reading
        .add()
        .setInputSpeechStarted(
            InputSpeechStarted.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setAudioMs(Json.count(message, "audio_start_ms")));
  }

  private static void speechStopped(JsonNode message, Reading reading) {
    reading
        .add()
        .setInputSpeechStopped(
            InputSpeechStopped.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setAudioMs(Json.count(message, "audio_end_ms")));
  }

  private static void committed(JsonNode message, Reading reading) {
    reading
        .add()
        .setInputCommitted(
            InputCommitted.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setPreviousItemId(Json.text(message, "previous_item_id")));
  }

  private static void timedOut(JsonNode message, Reading reading) {
    reading
        .add()
        .setInputTimedOut(
            InputTimedOut.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setAudioStartMs(Json.count(message, "audio_start_ms"))
                .setAudioEndMs(Json.count(message, "audio_end_ms")));
  }

  private static void dtmf(JsonNode message, Reading reading) {
    DtmfReceived.Builder key = DtmfReceived.newBuilder().setKey(Json.text(message, "event"));
    long second = Json.count(message, "received_at");
    if (second > 0 && second < LATEST_SECOND) {
      key.setReceivedAt(Timestamp.newBuilder().setSeconds(second));
    }
    reading.add().setDtmfReceived(key);
  }

  private static void audio(JsonNode message, Reading reading) {
    try {
      byte[] pcm = Base64.getDecoder().decode(Json.text(message, "delta"));
      reading
          .add()
          .setAudioOut(
              AudioOut.newBuilder()
                  .setItemId(Json.text(message, "item_id"))
                  .setResponseId(responseId(message))
                  .setPcm(ByteString.copyFrom(pcm))
                  .setSampleRate(RATE)
                  .setChannels(1));
    } catch (IllegalArgumentException e) {
      reading.unreadable("audio delta: not base64 (expected: base64)");
    }
  }

  private static void audioDone(JsonNode message, Reading reading) {
    reading
        .add()
        .setAudioOutCompleted(
            AudioOutCompleted.newBuilder()
                .setItemId(Json.text(message, "item_id"))
                .setResponseId(responseId(message)));
  }
}
