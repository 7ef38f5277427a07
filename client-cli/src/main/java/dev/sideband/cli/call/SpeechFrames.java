package dev.sideband.cli.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Recorded speech cut into the frames that WebRTC wants: 10 ms, 48 kHz, mono, 16-bit little-endian;
 * after the last of them, silence without end. One thread at a time.
 */
public final class SpeechFrames {
  /** Samples a second. */
  public static final int RATE = 48_000;

  /** Samples in a frame. */
  public static final int SAMPLES = RATE / 100;

  private final short[] speech;
  private int position;

  /** Speaks {@code wav} once. */
  public SpeechFrames(Wav wav) {
    speech = wav.atRate(RATE).samples();
  }

  /** The next 10 ms. */
  byte[] next() {
    ByteBuffer frame = ByteBuffer.allocate(SAMPLES * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.min(position + SAMPLES, speech.length);
    for (; position < end; position++) {
      frame.putShort(speech[position]);
    }
    return frame.array();
  }

  /** Whether all has been said. */
  public boolean isSpent() {
    return position >= speech.length;
  }
}
