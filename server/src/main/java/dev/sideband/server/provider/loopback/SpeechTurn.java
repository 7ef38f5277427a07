package dev.sideband.server.provider.loopback;

import java.util.Locale;

/**
 * A stretch of the user's audio that was taken for speech.
 *
 * @param startMs of the session's input audio, where the first loud window began
 * @param endMs where the last loud one ended
 * @param peak the largest sample, 0 to 32768
 */
record SpeechTurn(long startMs, long endMs, int peak) {
  private static final double FULL_SCALE = 32_768;

  double seconds() {
    return (endMs - startMs) / 1_000.0;
  }

  /** All that an honest listener without a speech model can say. */
  String transcript() {
    return String.format(Locale.ROOT, "speech, %.1f s, peak %d dBFS", seconds(), peakDb());
  }

  private long peakDb() {
    return Math.round(20 * Math.log10(Math.max(1, peak) / FULL_SCALE));
  }
}
