package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Finds the turns in audio by its energy, in windows of 10 ms.
 *
 * <p>A turn begins with {@value #ONSET_WINDOWS} loud windows on end, and ends with as much quiet as
 * the settings say, or after {@value #LONGEST_TURN_MS} ms.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class VoiceActivity {
  static final int WINDOW_MS = 10;
  private static final int ONSET_WINDOWS = 4;
  private static final int LONGEST_TURN_MS = 60_000;
  private static final double FULL_SCALE = 32_768;

  /** What a window changed. */
  sealed interface Change {
    /** The user speaks. */
    record Started(long audioStartMs) implements Change {}

    /** The user has spoken. */
    record Stopped(long audioEndMs, SpeechTurn turn) implements Change {}
  }

  /**
   * How to tell.
   *
   * @param loudRms above it a window is loud; root mean square, 0 to 32768
   * @param prefixMs how much earlier than its first loud window a turn is said to begin
   * @param silenceMs how much quiet ends it
   */
  record Settings(double loudRms, int prefixMs, int silenceMs) {

    /** Reads OpenAI's {@code turn_detection}; threshold 0.5 is -45 dBFS, 0 is -60, 1 is -30. */
    static Settings of(JsonNode detection) {
      if (detection.path("type").asText().equals("semantic_vad")) {
        return new Settings(rms(0.5), 300, patience(detection.path("eagerness").asText()));
      }
      return new Settings(
          rms(detection.path("threshold").asDouble(0.5)),
          detection.path("prefix_padding_ms").asInt(300),
          detection.path("silence_duration_ms").asInt(500));
    }

    private static double rms(double threshold) {
      return FULL_SCALE * Math.pow(10, (-60 + 30 * threshold) / 20);
    }

    private static int patience(String eagerness) {
      return switch (eagerness) {
        case "low" -> 1_000;
        case "high" -> 300;
        default -> 600;
      };
    }
  }

  private long nowMs;
  private int loudInARow;
  private boolean speaking;
  private long turnStartMs;
  private long lastLoudMs;
  private int peak;

  /** Hears one window, of whatever rate. */
  Optional<Change> hear(short[] window, Settings settings) {
    nowMs += WINDOW_MS;
    int loudest = loudest(window);
    boolean loud = rms(window) >= settings.loudRms();
    loudInARow = loud ? loudInARow + 1 : 0;
    if (loud) {
      lastLoudMs = nowMs;
      peak = loudInARow == 1 && !speaking ? loudest : Math.max(peak, loudest);
    }
    if (!speaking && loudInARow == ONSET_WINDOWS) {
      speaking = true;
      turnStartMs = nowMs - (long) ONSET_WINDOWS * WINDOW_MS;
      return Optional.of(new Change.Started(Math.max(0, turnStartMs - settings.prefixMs())));
    }
    boolean quiet = nowMs - lastLoudMs >= settings.silenceMs();
    if (speaking && (quiet || nowMs - turnStartMs >= LONGEST_TURN_MS)) {
      return Optional.of(stop());
    }
    return Optional.empty();
  }

  private Change stop() {
    Change stopped = new Change.Stopped(nowMs, new SpeechTurn(turnStartMs, lastLoudMs, peak));
    speaking = false;
    loudInARow = 0;
    return stopped;
  }

  /** How much audio was heard. */
  long nowMs() {
    return nowMs;
  }

  /** Lets time pass that was not looked at. */
  void skip() {
    nowMs += WINDOW_MS;
  }

  /** Forgets a turn that has begun. */
  void reset() {
    speaking = false;
    loudInARow = 0;
  }

  static int loudest(short[] window) {
    int loudest = 0;
    for (short sample : window) {
      loudest = Math.max(loudest, Math.abs((int) sample));
    }
    return loudest;
  }

  private static double rms(short[] window) {
    double sum = 0;
    for (short sample : window) {
      sum += (double) sample * sample;
    }
    return Math.sqrt(sum / Math.max(1, window.length));
  }
}
