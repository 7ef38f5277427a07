package dev.sideband.cli.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;

/**
 * Measures the sound that comes back, and keeps it when asked to.
 *
 * <p>A frame is heard when its peak is above -50 dBFS; what is softer is silence, comfort noise or
 * an echo of nothing. What is kept is at most ten minutes; later sound is measured only.
 *
 * <p><b>Threads.</b> Any; a native thread feeds it and others read.
 */
public final class AudioMeter {
  /** The softest peak that is still silence: 32768 * 10^(-50/20). */
  public static final int AUDIBLE = 104;

  /** A factor for 10 ms: half of it is gone after a quarter of a second. */
  private static final double FALL = 0.973;

  private static final int MAX_KEPT = SpeechFrames.RATE * 60 * 10;

  private final boolean keeping;
  private short[] kept = new short[0];
  private int keptLength;
  private int rate = SpeechFrames.RATE;
  private int frames;
  private int heard;
  private int peak;
  private int recentPeak;
  private double level;

  /** With {@code keeping}, the sound can be had as {@link #recording}. */
  public AudioMeter(boolean keeping) {
    this.keeping = keeping;
  }

  /**
   * Takes a frame of 16-bit little-endian samples, of which the first channel counts.
   *
   * @return whether it is the first that was heard
   */
  synchronized boolean offer(byte[] pcm, int sampleRate, int channels) {
    ShortBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    rate = sampleRate;
    int framePeak = 0;
    for (int i = 0; i < samples.limit(); i += channels) {
      framePeak = Math.max(framePeak, Math.min(Math.abs((int) samples.get(i)), Short.MAX_VALUE));
    }
    if (keeping) {
      keep(samples, channels);
    }
    frames++;
    peak = Math.max(peak, framePeak);
    recentPeak = Math.max(recentPeak, framePeak);
    level = Math.max(framePeak, level * FALL);
    return framePeak > AUDIBLE && heard++ == 0;
  }

  private void keep(ShortBuffer samples, int channels) {
    int added = samples.limit() / channels;
    if (keptLength + added > MAX_KEPT) {
      return;
    }
    if (keptLength + added > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(kept.length * 2, SpeechFrames.RATE));
    }
    for (int i = 0; i < added; i++) {
      kept[keptLength++] = samples.get(i * channels);
    }
  }

  /** Frames that arrived, silent ones too. */
  public synchronized int frames() {
    return frames;
  }

  /** Frames that could be heard. */
  public synchronized int heard() {
    return heard;
  }

  /** The loudest sample so far, 0 to 32767. */
  public synchronized int peak() {
    return peak;
  }

  /** The loudest sample since this was last asked. */
  public synchronized int takeRecentPeak() {
    int taken = recentPeak;
    recentPeak = 0;
    return taken;
  }

  /** How loud it is just now, 0 to 32767: rises at once and falls slowly, as a needle does. */
  public synchronized int level() {
    return (int) level;
  }

  /** What was heard; empty unless it was to be kept. */
  public synchronized Wav recording() {
    return new Wav(Arrays.copyOf(kept, keptLength), rate);
  }

  /** A peak as decibels below full scale; -96 for silence. */
  public static double decibels(int peak) {
    return peak <= 0 ? -96 : 20 * Math.log10(peak / 32_768.0);
  }
}
