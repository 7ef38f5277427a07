package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.TestCertificate;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.ProviderException.Kind;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection costs that dies without a word. */
@ExpectWarning("does not answer")
class HttpLaneTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path folder;

  HttpLaneTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static OpenAiTimeouts timeouts(Duration create) {
    return timeouts(create, LONG, LONG);
  }

  private static OpenAiTimeouts timeouts(
      Duration create, Duration keepWarmAfterIdle, Duration probe) {
    return new OpenAiTimeouts(
        LONG, create, LONG, LONG, keepWarmAfterIdle, probe, LONG, LONG.multipliedBy(2), LONG);
  }

  private OpenAiRig rig(HttpVersion version, OpenAiTimeouts timeouts) throws Exception {
    if (version == HttpVersion.HTTP_1_1) {
      return new OpenAiRig(timeouts);
    }
    TestCertificate certificate = TestCertificate.ofThisMachine(folder);
    return OpenAiRig.overTls(timeouts, certificate, certificate.trusting());
  }

  @Test
  void shouldBeWarmBeforeTheFirstCall() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(LONG))) {
      await().until(() -> rig.server().requests("GET", "/v1/models/gpt-realtime").size() == 1);

      OpenAiRig.value(rig.create());

      assertThat(rig.wire().connections()).isEqualTo(1);
      assertThat(rig.server().requests().get(0).headers().get("authorization"))
          .isEqualTo("Bearer " + OpenAiRig.KEY);
    }
  }

  /** In the clear the client speaks HTTP/1.1, over TLS HTTP/2, whose dead connections it keeps. */
  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void shouldCostOneCreateWhenTheConnectionGoesSilent(HttpVersion version) throws Exception {
    try (OpenAiRig rig = rig(version, timeouts(Duration.ofSeconds(3)))) {
      OpenAiRig.value(rig.create());
      rig.wire().blackHole();

      assertThat(OpenAiRig.failure(rig.create()).kind()).isEqualTo(Kind.TIMED_OUT);
      for (int i = 0; i < 3; i++) {
        OpenAiRig.value(rig.create());
      }
      assertThat(rig.server().requests("POST", "/v1/realtime/calls"))
          .hasSize(4)
          .allSatisfy(create -> assertThat(create.version()).isEqualTo(version));
    }
  }

  @Test
  void shouldCostOnlyTheCreatesUnderWayWhenOneConnectionCarriesThemAll() throws Exception {
    try (OpenAiRig rig = rig(HttpVersion.HTTP_2, timeouts(Duration.ofSeconds(3)))) {
      await().until(() -> !rig.server().requests("GET", "/v1/models/gpt-realtime").isEmpty());
      OpenAiRig.value(rig.create());
      rig.wire().blackHole();

      List<CompletionStage<CreatedCall>> swallowed =
          List.of(rig.create(), rig.create(), rig.create());
      assertThat(rig.wire().connections()).isEqualTo(1);
      assertThat(swallowed)
          .allSatisfy(
              create -> assertThat(OpenAiRig.failure(create).kind()).isEqualTo(Kind.TIMED_OUT));
      OpenAiRig.value(rig.create());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void shouldCostNoCreateWhenTheIdleLaneIsProbed(HttpVersion version) throws Exception {
    try (OpenAiRig rig = rig(version, timeouts(LONG, Duration.ofMillis(200), SHORT))) {
      OpenAiRig.value(rig.create());
      rig.wire().blackHole();
      int dead = rig.wire().connections();

      await().until(() -> rig.wire().connections() > dead);
      OpenAiRig.value(rig.create());
    }
  }

  @Test
  void shouldTellWhereTheAnswerWasReadWhenItComes() throws Exception {
    try (OpenAiRig rig = rig(HttpVersion.HTTP_2, timeouts(LONG))) {
      await().until(() -> threadThatTells(rig.create()).matches("HttpClient-\\d+-SelectorManager"));
    }
  }

  /** It is the test's own if the call came before it was asked about. */
  private static String threadThatTells(CompletionStage<CreatedCall> create) {
    return OpenAiRig.value(create.thenApply(call -> Thread.currentThread().getName()));
  }

  @Test
  void shouldTimeOutWhenTheBodyDoesNotCome() {
    try (OpenAiRig rig = new OpenAiRig(timeouts(Duration.ofSeconds(2)))) {
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
    OpenAiRig rig = new OpenAiRig(timeouts(LONG));
    OpenAiRig.value(rig.create());

    rig.close();

    await().until(() -> rig.liveThreads() == 0);
  }
}
