package dev.sideband.server.provider.loopback;

/**
 * The sound that stands for the assistant's voice: a soft sine of 440 Hz at -20 dBFS, which nobody
 * takes for speech that was understood.
 */
final class Tone {
  private static final double HERTZ = 440;
  private static final double AMPLITUDE = 3_277;

  private final int rate;
  private long position;

  Tone(int rate) {
    this.rate = rate;
  }

  /** The next sample. */
  short next() {
    return (short) Math.round(AMPLITUDE * Math.sin(2 * Math.PI * HERTZ * position++ / rate));
  }

  /** So many milliseconds as little-endian PCM16. */
  static byte[] pcm(long milliseconds, int rate) {
    Tone tone = new Tone(rate);
    byte[] pcm = new byte[(int) (milliseconds * rate / 1_000) * 2];
    for (int i = 0; i < pcm.length; i += 2) {
      short sample = tone.next();
      pcm[i] = (byte) sample;
      pcm[i + 1] = (byte) (sample >> 8);
    }
    return pcm;
  }
}
