package dev.sideband.cli.call;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.jspecify.annotations.Nullable;

/**
 * Mono 16-bit sound of one rate, read from or written to a WAV file.
 *
 * @param samples owned by this value; not to be changed
 * @param rate samples a second
 */
@SuppressWarnings("ArrayRecordComponent") // A million samples are no List<Short>.
public record Wav(short[] samples, int rate) {
  private static final long MAX_SAMPLES = 48_000L * 60 * 10;

  /** Reads a file of the caller's; at most ten minutes. */
  public static Wav read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (NoSuchFileException e) {
      throw new CliException(
          ExitCode.USAGE,
          e,
          "no such file: " + file,
          "make one:  arecord -f S16_LE -r 48000 in.wav");
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, e, "cannot read " + file + ": " + e.getMessage());
    }
  }

  /**
   * Reads a WAV stream: any rate, any number of channels (averaged to one), 16-bit PCM.
   *
   * @param name what to call it in a complaint
   */
  public static Wav read(InputStream in, String name) throws IOException {
    try (AudioInputStream audio = AudioSystem.getAudioInputStream(new BufferedInputStream(in))) {
      AudioFormat format = audio.getFormat();
      check(format, audio.getFrameLength(), name);
      byte[] bytes = audio.readAllBytes();
      ByteOrder order = format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      return new Wav(
          mono(ByteBuffer.wrap(bytes).order(order), format.getChannels()),
          Math.round(format.getSampleRate()));
    } catch (UnsupportedAudioFileException e) {
      throw unusable(name, "not a WAV file", e);
    }
  }

  private static void check(AudioFormat format, long frames, String name) {
    boolean pcm16 =
        format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)
            && format.getSampleSizeInBits() == Short.SIZE;
    if (!pcm16) {
      throw unusable(name, format + " (expected: 16-bit PCM)", null);
    }
    if (frames > MAX_SAMPLES) {
      throw unusable(name, "longer than ten minutes", null);
    }
  }

  private static CliException unusable(String name, String why, @Nullable Throwable cause) {
    return new CliException(
        ExitCode.USAGE,
        cause,
        name + ": " + why,
        "convert it:  sox " + name + " -b 16 -c 1 -r 48000 speech.wav");
  }

  private static short[] mono(ByteBuffer bytes, int channels) {
    short[] samples = new short[bytes.remaining() / (Short.BYTES * channels)];
    for (int i = 0; i < samples.length; i++) {
      int sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += bytes.getShort();
      }
      samples[i] = (short) (sum / channels);
    }
    return samples;
  }

  /** The same sound at another rate, by linear interpolation: good enough for speech. */
  public Wav atRate(int wanted) {
    if (wanted == rate || samples.length == 0) {
      return new Wav(samples, wanted);
    }
    short[] out = new short[(int) ((long) samples.length * wanted / rate)];
    for (int i = 0; i < out.length; i++) {
      double at = (double) i * rate / wanted;
      int left = Math.min((int) at, samples.length - 1);
      int right = Math.min(left + 1, samples.length - 1);
      out[i] = (short) Math.round(samples[left] + (samples[right] - samples[left]) * (at - left));
    }
    return new Wav(out, wanted);
  }

  /** How long it plays. */
  public Duration duration() {
    return Duration.ofNanos(samples.length * 1_000_000_000L / rate);
  }

  /** The loudest sample, 0 to 32767. */
  public int peak() {
    int peak = 0;
    for (short sample : samples) {
      peak = Math.max(peak, Math.min(Math.abs((int) sample), Short.MAX_VALUE));
    }
    return peak;
  }

  /** Writes a WAV file, replacing what is there. */
  public void write(Path file) {
    ByteBuffer bytes =
        ByteBuffer.allocate(samples.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(samples);
    AudioFormat format = new AudioFormat(rate, Short.SIZE, 1, true, false);
    try (AudioInputStream audio =
        new AudioInputStream(new ByteArrayInputStream(bytes.array()), format, samples.length)) {
      AudioSystem.write(audio, AudioFileFormat.Type.WAVE, file.toFile());
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, e, "cannot write " + file + ": " + e.getMessage());
    }
  }
}
