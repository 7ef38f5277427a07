package dev.sideband.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebRtcCallTest {
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AudioMeter meter = new AudioMeter(true);
  private final RecordingListener listener = new RecordingListener();

  @AfterEach
  void stopTheClock() {
    clock.shutdownNow();
  }

  @Test
  void shouldConnectAndHearItsOwnSpeechWhenThePeerEchoes() throws Exception {
    Sound sound = Sound.headless();
    try (FakeCallee callee = new FakeCallee();
        WebRtcCall call = WebRtcCall.open(sound, listener, meter)) {
      String offer = call.offer();
      assertThat(offer).contains("m=audio").contains("opus").contains("m=application");
      call.accept(callee.answer(offer));
      within().until(() -> listener.heard("dtls"));
      try (FramePump pump = new FramePump(clock, new SpeechFrames(hello()), sound::push)) {
        within().until(() -> meter.heard() > 50);
        within().until(() -> call.microphoneLevel() > 1_000);
        within().until(() -> meter.level() > 1_000);
        assertThat(pump.sent()).isGreaterThan(50);
      }
      assertThat(callee.channelLabel().get()).isEqualTo("oai-events");
    }
    assertThat(listener.milestones()).containsExactly("ice", "dtls", "said", "audio");
    assertThat(meter.peak()).isGreaterThan(3_000);
    assertThat(meter.recording().duration()).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void shouldCloseCleanlyWhenNobodyAnswered() {
    WebRtcCall call = WebRtcCall.open(Sound.headless(), listener, meter);
    assertThat(call.offer()).startsWith("v=0");
    call.close();
    call.close();
    assertThat(listener.milestones()).isEmpty();
  }

  private static org.awaitility.core.ConditionFactory within() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
  }

  private static Wav hello() throws Exception {
    try (InputStream in = WebRtcCall.class.getResourceAsStream("hello.wav")) {
      return Wav.read(in, "hello.wav");
    }
  }

  private static final class RecordingListener implements CallListener {
    private final List<String> milestones = new CopyOnWriteArrayList<>();

    List<String> milestones() {
      return milestones;
    }

    boolean heard(String milestone) {
      return milestones.contains(milestone);
    }

    @Override
    public void iceConnected() {
      milestones.add("ice");
    }

    @Override
    public void dtlsConnected() {
      milestones.add("dtls");
    }

    @Override
    public void firstAudioSent() {
      milestones.add("said");
    }

    @Override
    public void firstAudioHeard() {
      milestones.add("audio");
    }

    @Override
    public void failed(String why) {
      milestones.add("failed: " + why);
    }
  }
}
