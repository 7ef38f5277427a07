package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls with real media at both ends. */
class LoopbackCallTest {
  private static final String WITH_AGENT =
      "{'type':'session.update','session':{'type':'realtime',"
          + "'audio':{'input':{'transcription':{'model':'whisper-1'},"
          + "'turn_detection':{'type':'server_vad','silence_duration_ms':200}}},"
          + "'tools':[{'type':'function','name':'background_agent','parameters':{}}]}}";

  private LoopbackFixture loopback;
  private TestCaller caller;

  @BeforeEach
  void open() {
    loopback = LoopbackFixture.start(LoopbackConfig.defaults());
    caller = new TestCaller();
  }

  @AfterEach
  void close() {
    caller.close();
    loopback.close();
  }

  private String call() throws Exception {
    HttpResponse<String> created =
        loopback.post("/realtime/calls", "application/sdp", caller.offer());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    caller.connect(created.body());
    return LoopbackFixture.callId(created);
  }

  @Test
  void shouldEchoCallersVoiceWhenConnected() throws Exception {
    call();

    caller.speak(5_000);

    await().until(() -> caller.loudFramesHeard() > 100);
    assertThat(caller.peakHeard()).isGreaterThan(3_000);
  }

  @Test
  void shouldTranscribeTurnAndHandItOffWhenUserSpeaks() throws Exception {
    String call = call();
    TestSocket sideband = loopback.join(call);
    sideband.say(WITH_AGENT);
    sideband.await("session.updated");

    caller.speak(1_000);

    String item = sideband.expect("input_audio_buffer.speech_started").path("item_id").asText();
    ObjectNode stopped = sideband.expect("input_audio_buffer.speech_stopped");
    assertThat(stopped.path("item_id").asText()).isEqualTo(item);
    assertThat(sideband.expect("input_audio_buffer.committed").path("item_id").asText())
        .isEqualTo(item);
    ObjectNode transcript = sideband.await("conversation.item.input_audio_transcription.completed");
    assertThat(transcript.path("transcript").asText())
        .matches("speech, (0\\.[89]|1\\.[0-3]) s, peak -1\\d dBFS");
    assertThat(transcript.at("/usage/type").asText()).isEqualTo("duration");
    ObjectNode toolCall = sideband.await("response.function_call_arguments.done");
    assertThat(toolCall.path("name").asText()).isEqualTo("background_agent");
    assertThat(toolCall.path("arguments").asText())
        .contains(transcript.path("transcript").asText());
    ObjectNode done = sideband.await("response.done");
    assertThat(done.at("/response/output/0/content/0/transcript").asText())
        .matches("I heard \\d\\.\\d seconds of speech\\. I will ask the background agent\\.");
    assertThat(done.at("/response/usage/input_token_details/audio_tokens").asInt()).isPositive();
  }

  @Test
  void shouldTellPlaybackWhenAssistantIsHeard() throws Exception {
    TestSocket sideband = loopback.join(call());

    sideband.text("hi", "hello");
    sideband.say("{'type':'response.create'}");

    String response = sideband.await("response.created").at("/response/id").asText();
    assertThat(sideband.await("output_audio_buffer.started").path("response_id").asText())
        .isEqualTo(response);
    assertThat(sideband.await("output_audio_buffer.stopped").path("response_id").asText())
        .isEqualTo(response);
    await().until(() -> caller.loudFramesHeard() > 0);
  }

  @Test
  void shouldStopSpeakingWhenUserInterrupts() throws Exception {
    TestSocket sideband = loopback.join(call());
    sideband.text("hi", "!long 2000");
    sideband.say("{'type':'response.create'}");
    sideband.await("output_audio_buffer.started");

    caller.speak(1_000);

    sideband.await("input_audio_buffer.speech_started");
    ObjectNode done = sideband.await("response.done");
    assertThat(done.at("/response/status").asText()).isEqualTo("cancelled");
    assertThat(done.at("/response/status_details/reason").asText()).isEqualTo("turn_detected");
  }

  @Test
  void shouldSpeakSameProtocolWhenOnDataChannel() throws Exception {
    call();

    caller.send("{\"type\":\"input_audio_buffer.clear\",\"event_id\":\"clear-1\"}");

    assertThat(caller.nextEvent()).contains("\"type\":\"session.created\"");
    assertThat(caller.nextEvent()).contains("\"type\":\"input_audio_buffer.cleared\"");
  }

  @Test
  void shouldFreePeerAndCloseSidebandsWhenHungUp() throws Exception {
    String call = call();
    TestSocket sideband = loopback.join(call);
    assertThat(loopback.server.report().peers()).isEqualTo(1);

    assertThat(loopback.hangUp(call).statusCode()).isEqualTo(200);

    assertThat(sideband.awaitClosed().code()).isEqualTo(1000);
    LoopbackReport report = loopback.server.report();
    assertThat(report.peers()).isZero();
    assertThat(report.hungUp()).isEqualTo(1);
    assertThat(report.call(call).orElseThrow().end()).isEqualTo("hung_up");
    assertThat(report.call(call).orElseThrow().mediaConnected()).isTrue();
    assertThat(loopback.hangUp(call).statusCode()).isEqualTo(404);
  }

  /** ICE takes about 16 s to give a silent peer up. */
  @Test
  @Timeout(60)
  void shouldEndCallWhenCallerLeaves() throws Exception {
    String call = call();
    TestSocket sideband = loopback.join(call);

    caller.close();

    assertThat(sideband.awaitClosed().code()).isEqualTo(1000);
    assertThat(loopback.server.report().call(call).orElseThrow().end()).isEqualTo("media_lost");
    assertThat(loopback.server.report().peers()).isZero();
  }

  @Test
  void shouldDropCallWhenNoMediaComes() throws Exception {
    LoopbackConfig.Limits limits =
        new LoopbackConfig.Limits(Duration.ofMinutes(60), Duration.ofMillis(300), 10);
    try (LoopbackFixture impatient =
        LoopbackFixture.start(LoopbackConfig.defaults().withLimits(limits))) {
      String call =
          LoopbackFixture.callId(
              impatient.post("/realtime/calls", "application/sdp", caller.offer()));

      await().until(() -> impatient.server.report().live() == 0);

      assertThat(impatient.server.report().call(call).orElseThrow().end()).isEqualTo("no_media");
      assertThat(impatient.server.report().peers()).isZero();
    }
  }

  @Test
  void shouldRefuseWhenOfferIsNoSdp() throws Exception {
    HttpResponse<String> refused =
        loopback.post("/realtime/calls", "application/sdp", "not an offer");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(LoopbackFixture.errorOf(refused).path("code").asText()).isEqualTo("invalid_offer");
    assertThat(loopback.server.report().peers()).isZero();
  }

  @Test
  void shouldStopNativeEngineWhenClosedDuringCall() throws Exception {
    call();
    assertThat(engineThreads()).isNotEmpty();

    caller.close();
    loopback.close();

    await().untilAsserted(() -> assertThat(engineThreads()).isEmpty());
  }

  /**
   * The engines' own threads, which Java does not list. Without {@code rtc-low-prio} and {@code
   * AudioDeviceBuffer}: webrtc-java 0.14.0 leaves these two behind, idle, for each factory that
   * ever made a peer.
   */
  private static List<String> engineThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks
          .map(LoopbackCallTest::nameOf)
          .filter(name -> name.matches("(PC|pc|signaling|worker|network|AudioEncoder|Decod).*"))
          .toList();
    }
  }

  private static String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException ended) {
      return "";
    }
  }
}
