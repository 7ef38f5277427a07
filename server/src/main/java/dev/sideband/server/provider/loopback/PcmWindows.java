package dev.sideband.server.provider.loopback;

import java.util.function.Consumer;

/**
 * Cuts little-endian PCM16 at 24 kHz, in pieces of any length, into windows of 10 ms. What is left
 * over waits for the next piece.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class PcmWindows {
  private static final int SAMPLES = SessionSettings.PCM_RATE / 1_000 * VoiceActivity.WINDOW_MS;

  private short[] window = new short[SAMPLES];
  private int filled;
  private int lowByte = -1;

  void add(byte[] pcm, Consumer<short[]> windows) {
    for (byte next : pcm) {
      if (lowByte < 0) {
        lowByte = next & 0xff;
        continue;
      }
      window[filled++] = (short) ((next << 8) | lowByte);
      lowByte = -1;
      if (filled == SAMPLES) {
        windows.accept(window);
        window = new short[SAMPLES];
        filled = 0;
      }
    }
  }

  void clear() {
    filled = 0;
    lowByte = -1;
  }
}
