package dev.sideband.cli.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Recorded speech cut into the frames that WebRTC wants: 10 ms, 48 kHz, mono, 16-bit little-endian;
 * after the last of them, silence. One thread at a time.
 */
public final class SpeechFrames {
  /** Samples a second. */
  public static final int RATE = 48_000;

  /** Samples in a frame. */
  public static final int SAMPLES = RATE / 100;

  private final short[] speech;
  private final int pause;
  private int position;
  private int waited;

  private SpeechFrames(Wav wav, int pause) {
    speech = wav.atRate(RATE).samples();
    this.pause = pause;
  }

  /** Speaks {@code wav} once. */
  public SpeechFrames(Wav wav) {
    this(wav, -1);
  }

  /** Speaks {@code wav} again and again, with a pause after each time; never spent. */
  public static SpeechFrames repeating(Wav wav, Duration pause) {
    return new SpeechFrames(wav, (int) (pause.toMillis() * RATE / 1_000));
  }

  /** The next 10 ms. */
  byte[] next() {
    ByteBuffer frame = ByteBuffer.allocate(SAMPLES * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.min(position + SAMPLES, speech.length);
    for (; position < end; position++) {
      frame.putShort(speech[position]);
    }
    if (pause >= 0 && isSpent()) {
      position = waited < pause ? position : 0;
      waited = waited < pause ? waited + SAMPLES : 0;
    }
    return frame.array();
  }

  /** Whether all has been said. */
  public boolean isSpent() {
    return position >= speech.length;
  }
}
