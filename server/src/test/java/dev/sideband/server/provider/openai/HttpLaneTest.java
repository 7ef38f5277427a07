package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.ProviderException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a connection costs that dies without a word. */
@ExpectWarning("does not answer")
class HttpLaneTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(60);

  private static OpenAiTimeouts timeouts(Duration create, Duration keepWarmAfterIdle) {
    return new OpenAiTimeouts(
        LONG, create, LONG, LONG, keepWarmAfterIdle, SHORT, LONG, LONG.multipliedBy(2), LONG);
  }

  @Test
  void shouldBeWarmBeforeTheFirstCall() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(LONG, LONG))) {
      await().until(() -> rig.server().requests("GET", "/v1/models/gpt-realtime").size() == 1);

      OpenAiRig.value(rig.create());

      assertThat(rig.wire().connections()).isEqualTo(1);
      assertThat(rig.server().requests().get(0).headers().get("authorization"))
          .isEqualTo("Bearer " + OpenAiRig.KEY);
    }
  }

  @Test
  void shouldCostOneCreateWhenTheConnectionGoesSilent() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(Duration.ofSeconds(3), LONG))) {
      OpenAiRig.value(rig.create());
      rig.wire().blackHole();

      assertThat(OpenAiRig.failure(rig.create()).kind()).isEqualTo(Kind.TIMED_OUT);
      for (int i = 0; i < 3; i++) {
        OpenAiRig.value(rig.create());
      }
      assertThat(rig.server().requests("POST", "/v1/realtime/calls")).hasSize(4);
    }
  }

  @Test
  void shouldCostNoCreateWhenTheIdleLaneIsProbed() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(LONG, Duration.ofMillis(200)))) {
      OpenAiRig.value(rig.create());
      rig.wire().blackHole();
      int dead = rig.wire().connections();

      await().until(() -> rig.wire().connections() > dead);
      OpenAiRig.value(rig.create());
    }
  }

  @Test
  void shouldTimeOutWhenTheBodyDoesNotCome() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(Duration.ofSeconds(2), LONG))) {
      rig.server()
          .onCreate(
              response -> {
                response
                    .setStatusCode(201)
                    .putHeader("Location", "/v1/realtime/calls/rtc_half")
                    .putHeader("Content-Length", "100");
                var unused = response.write("v=0\r\n");
              });

      assertThat(OpenAiRig.failure(rig.create()).kind()).isEqualTo(Kind.ANSWER_INVALID);
      await().until(() -> !rig.server().requests("POST", "rtc_half/hangup").isEmpty());
    }
  }

  @Test
  void shouldLeaveNoThreadWhenClosed() {
    OpenAiRig rig = new OpenAiRig(timeouts(LONG, LONG));
    OpenAiRig.value(rig.create());

    rig.close();

    await().until(() -> rig.liveThreads() == 0);
  }
}
