package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;

/** 10 ms of a peer's audio, as the native engine gives and takes it. Never changed. */
final class PeerFrame {
  private static final int BITS = 16;

  private final byte[] pcm;
  private final int rate;
  private final int channels;
  private final int samples;

  /**
   * Owns the bytes from now on.
   *
   * @param pcm little-endian PCM16, channels interleaved
   * @param samples per channel
   */
  PeerFrame(byte[] pcm, int rate, int channels, int samples) {
    this.pcm = pcm;
    this.rate = rate;
    this.channels = channels;
    this.samples = samples;
  }

  int rate() {
    return rate;
  }

  /** Sends it. */
  void pushTo(CustomAudioSource source) {
    source.pushAudio(pcm, BITS, rate, channels, samples);
  }

  PeerFrame silence() {
    return new PeerFrame(new byte[pcm.length], rate, channels, samples);
  }

  /** The channels' mean. */
  short[] mono() {
    short[] mono = new short[samples];
    for (int i = 0; i < samples; i++) {
      int sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += sample(i * channels + channel);
      }
      mono[i] = (short) (sum / channels);
    }
    return mono;
  }

  /** This with a tone in every channel. */
  PeerFrame plus(Tone tone) {
    byte[] mixed = new byte[pcm.length];
    for (int i = 0; i < samples; i++) {
      short added = tone.next();
      for (int channel = 0; channel < channels; channel++) {
        int at = i * channels + channel;
        int sum = sample(at) + added;
        int clipped = Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sum));
        mixed[2 * at] = (byte) clipped;
        mixed[2 * at + 1] = (byte) (clipped >> 8);
      }
    }
    return new PeerFrame(mixed, rate, channels, samples);
  }

  private short sample(int at) {
    return (short) ((pcm[2 * at] & 0xff) | (pcm[2 * at + 1] << 8));
  }
}
