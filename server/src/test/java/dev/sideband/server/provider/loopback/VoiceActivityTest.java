package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VoiceActivityTest {
  private static final VoiceActivity.Settings SETTINGS =
      VoiceActivity.Settings.of(
          Json.readObject("{\"type\":\"server_vad\",\"silence_duration_ms\":200}").orElseThrow());

  private final VoiceActivity activity = new VoiceActivity();
  private final List<VoiceActivity.Change> changes = new ArrayList<>();

  private void hear(int milliseconds, int amplitude) {
    short[] window = new short[240];
    for (int i = 0; i < window.length; i++) {
      window[i] = (short) (i % 2 == 0 ? amplitude : -amplitude);
    }
    for (int i = 0; i < milliseconds / VoiceActivity.WINDOW_MS; i++) {
      activity.hear(window, SETTINGS).ifPresent(changes::add);
    }
  }

  @Test
  void shouldMeasureTurnWhenItIsOver() {
    hear(500, 0);
    hear(1_800, 11_627);
    hear(300, 0);

    SpeechTurn turn = new SpeechTurn(500, 2_300, 11_627);
    assertThat(changes)
        .isEqualTo(
            Arrays.asList(
                new VoiceActivity.Change.Started(200),
                new VoiceActivity.Change.Stopped(2_500, turn)));
    assertThat(turn.transcript()).isEqualTo("speech, 1.8 s, peak -9 dBFS");
  }

  @Test
  void shouldHearNothingWhenItOnlyClicks() {
    hear(100, 0);
    hear(30, 20_000);
    hear(1_000, 40);

    assertThat(changes).isEmpty();
  }

  @Test
  void shouldBeOneTurnWhenPausesAreShort() {
    hear(300, 5_000);
    hear(190, 0);
    hear(300, 5_000);
    hear(200, 0);

    assertThat(changes).hasSize(2);
    assertThat(changes.get(1))
        .isEqualTo(new VoiceActivity.Change.Stopped(990, new SpeechTurn(0, 790, 5_000)));
  }

  @Test
  void shouldEndTurnWhenItNeverPauses() {
    hear(60_000, 5_000);

    assertThat(changes).hasSize(2);
  }
}
