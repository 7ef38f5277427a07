package dev.sideband.server.provider.loopback;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The user's audio that no item has taken yet: how long, how loud, and for sessions whose assistant
 * echoes it as events, the samples.
 *
 * <p><b>Full.</b> Of the samples the last 30 s are kept at most; length and peak count on.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class InputAudio {
  private static final int MOST_BYTES = 30 * SessionSettings.PCM_RATE * 2;

  private final boolean keepsSamples;
  private ByteArrayOutputStream samples = new ByteArrayOutputStream();
  private int windows;
  private int peak;

  InputAudio(boolean keepsSamples) {
    this.keepsSamples = keepsSamples;
  }

  /** Adds a window of 10 ms. */
  void add(short[] window) {
    windows++;
    peak = Math.max(peak, VoiceActivity.loudest(window));
    if (keepsSamples) {
      if (samples.size() + window.length * 2 > MOST_BYTES) {
        keepLast(MOST_BYTES / 2);
      }
      for (short sample : window) {
        samples.write(sample & 0xff);
        samples.write(sample >> 8);
      }
    }
  }

  /** Forgets all but the last so many milliseconds: what a turn may say came before it. */
  void trimTo(int milliseconds) {
    windows = Math.min(windows, milliseconds / VoiceActivity.WINDOW_MS);
    keepLast(milliseconds * SessionSettings.PCM_RATE / 1_000 * 2);
  }

  private void keepLast(int bytes) {
    if (samples.size() > bytes) {
      byte[] all = samples.toByteArray();
      samples = new ByteArrayOutputStream();
      samples.write(all, all.length - bytes, bytes);
    }
  }

  int milliseconds() {
    return windows * VoiceActivity.WINDOW_MS;
  }

  int peak() {
    return peak;
  }

  /** Takes the samples, if they are kept, and begins anew. */
  Optional<byte[]> take() {
    byte[] taken = samples.toByteArray();
    clear();
    return taken.length == 0 ? Optional.empty() : Optional.of(taken);
  }

  void clear() {
    samples = new ByteArrayOutputStream();
    windows = 0;
    peak = 0;
  }
}
