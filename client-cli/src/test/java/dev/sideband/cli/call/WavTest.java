package dev.sideband.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WavTest {
  @Test
  void shouldReadTheRecordingThatComesWithTheClient() throws Exception {
    try (InputStream in = Wav.class.getResourceAsStream("hello.wav")) {
      Wav hello = Wav.read(in, "hello.wav");
      assertThat(hello.duration()).isBetween(Duration.ofMillis(1_500), Duration.ofMillis(3_000));
      assertThat(AudioMeter.decibels(hello.peak())).isBetween(-9.0, -3.0);
      assertThat(hello.atRate(48_000).duration()).isEqualTo(hello.duration());
    }
  }

  @Test
  void shouldReadBackWhatItWrote(@TempDir Path folder) {
    Path file = folder.resolve("a.wav");
    new Wav(new short[] {0, 1_000, -32_768, 32_767}, 16_000).write(file);
    Wav read = Wav.read(file);
    assertThat(read.samples()).containsExactly(0, 1_000, -32_768, 32_767);
    assertThat(read.rate()).isEqualTo(16_000);
    assertThat(read.peak()).isEqualTo(32_767);
  }

  @Test
  void shouldInterpolateWhenTheRateGrows() {
    Wav doubled = new Wav(new short[] {0, 100, 200}, 24_000).atRate(48_000);
    assertThat(doubled.samples()).containsExactly(0, 50, 100, 150, 200, 200);
  }

  @Test
  void shouldSayHowToConvertAFileThatIsNoWav(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("speech.mp3"), "not sound at all");
    assertThatThrownBy(() -> Wav.read(file))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e).hasMessageContaining("speech.mp3: not a WAV file");
              assertThat(e.advice()).anyMatch(line -> line.contains("sox"));
            });
  }

  @Test
  void shouldCutSpeechIntoFramesAndThenBeSilent() {
    SpeechFrames frames = new SpeechFrames(new Wav(new short[] {258, 258}, 48_000));
    byte[] first = frames.next();
    assertThat(first).hasSize(960).startsWith(2, 1, 2, 1, 0);
    assertThat(frames.isSpent()).isTrue();
    assertThat(frames.next()).containsOnly(0);
  }

  @Test
  void shouldHearOnlyWhatIsLouderThanSilence() {
    AudioMeter meter = new AudioMeter(true);
    assertThat(meter.offer(new byte[] {50, 0, 50, 0}, 48_000, 1)).isFalse();
    assertThat(meter.offer(new byte[] {0, 64, 0, 0}, 48_000, 2)).isTrue();
    assertThat(meter.offer(new byte[] {0, 64, 0, 0}, 48_000, 2)).isFalse();
    assertThat(meter.frames()).isEqualTo(3);
    assertThat(meter.heard()).isEqualTo(2);
    assertThat(meter.peak()).isEqualTo(16_384);
    assertThat(meter.recording().samples()).containsExactly(50, 50, 16_384, 16_384);
    assertThat(Math.round(AudioMeter.decibels(meter.peak()))).isEqualTo(-6);
  }
}
