package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.openai.FakeRealtimeServer.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExpectWarning("does not answer") // Of the first probe, when its server goes or is not there.
class OpenAiCallsClientTest {
  private final OpenAiRig rig = new OpenAiRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void shouldPostOfferAndSessionAsMultipart() {
    OpenAiRig.value(rig.create());

    Received post = rig.server().requests("POST", "/v1/realtime/calls").get(0);
    String type = post.headers().get("content-type");
    String boundary = type.replaceFirst("multipart/form-data; boundary=", "");
    String[] parts = post.body().split("--" + boundary, -1);
    assertThat(parts).hasSize(4);
    assertThat(parts[1]).isEqualTo(head("sdp", "application/sdp") + "v=0\r\noffer\r\n\r\n");
    assertThat(parts[2]).startsWith(head("session", "application/json") + "{");
    assertThat(parts[3]).isEqualTo("--\r\n");
    JsonNode session = Json.tryRead(parts[2].substring(parts[2].indexOf('{'))).orElseThrow();
    assertThat(session.path("model").asText()).isEqualTo("gpt-realtime");
    assertThat(post.headers().get("authorization")).isEqualTo("Bearer " + OpenAiRig.KEY);
    assertThat(post.headers().get("traceparent")).isEqualTo("00-11-22-01");
  }

  private static String head(String name, String type) {
    return String.join(
        "\r\n",
        "",
        "Content-Disposition: form-data; name=\"" + name + "\"",
        "Content-Type: " + type,
        "",
        "");
  }

  @ParameterizedTest
  @CsvSource({"321, 321000", "0.412, 412", "12.5, 12500"})
  void shouldTellWhatTheProviderSpent(String millis, long micros) {
    rig.server()
        .onCreate(
            response ->
                response
                    .setStatusCode(201)
                    .putHeader("Location", "/v1/realtime/calls/rtc_a")
                    .putHeader("openai-processing-ms", millis)
                    .end(FakeRealtimeServer.SDP_ANSWER));

    CreatedCall call = OpenAiRig.value(rig.create());

    assertThat(call.processing()).contains(Duration.ofNanos(micros * 1_000));
    assertThat(call.sdpAnswer()).isEqualTo(FakeRealtimeServer.SDP_ANSWER);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/realtime/calls/rtc_x, rtc_x",
    "/v1/realtime/calls/calls/rtc_x, rtc_x",
    "/v1/live/rtc_x, rtc_x",
    "/v1/realtime/rtc_x, rtc_x",
    "https://host.example/v1/realtime/calls/rtc_x?intent=a/rtc_y, rtc_x",
    "/rtc_a/calls/rtc_b, rtc_b",
    "/v1/realtime/calls/019eb97d-0000-7000-8000-0123456789ab,"
        + " 019eb97d-0000-7000-8000-0123456789ab",
  })
  void shouldFindTheCallIdInTheLocation(String location, String id) {
    assertThat(CallLocation.tryParse(location)).contains(new CallId(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/realtime/calls",
        "/v1/realtime/calls/rtc_",
        "/x/call_1",
        "",
        "/?call_id=rtc_x",
        "/v1/realtime/calls/019eb97d-0000-7000-8000-0123456789zz"
      })
  void shouldSayThatACallMayExistWhenTheLocationNamesNone(String location) {
    rig.server().onCreate(location, FakeRealtimeServer.SDP_ANSWER);

    ProviderException failure = OpenAiRig.failure(rig.create());

    assertThat(failure.kind()).isEqualTo(Kind.ANSWER_INVALID);
    assertThat(failure).hasMessageContaining("a call may exist");
  }

  @Test
  void shouldHangUpTheCallWhenItsAnswerIsNoSdp() {
    rig.server().onCreate("/v1/realtime/calls/rtc_orphan", "<html>");

    assertOrphanIsHungUp("not SDP");
  }

  @Test
  void shouldHangUpTheCallWhenItsAnswerIsNotUtf8() {
    rig.server()
        .onCreate(
            response ->
                response
                    .setStatusCode(201)
                    .putHeader("Location", "/v1/realtime/calls/rtc_orphan")
                    .end(FakeRealtimeServer.notUtf8()));

    assertOrphanIsHungUp("not UTF-8");
  }

  @Test
  void shouldHangUpTheCallWhenItsAnswerIsTooLong() {
    rig.server().onCreate("/v1/realtime/calls/rtc_orphan", "v=0" + "x".repeat(300 * 1024));

    assertOrphanIsHungUp("too long");
  }

  @Test
  void shouldHangUpTheCallWhenItsAnswerBreaksOff() {
    rig.server()
        .onCreate(
            response -> {
              response
                  .setStatusCode(201)
                  .putHeader("Location", "/v1/realtime/calls/rtc_orphan")
                  .putHeader("Content-Length", "5000");
              var unused = response.write("v=0\r\n").onComplete(done -> response.reset());
            });

    assertOrphanIsHungUp("broke off");
  }

  private void assertOrphanIsHungUp(String why) {
    ProviderException failure = OpenAiRig.failure(rig.create());

    assertThat(failure.kind()).isEqualTo(Kind.ANSWER_INVALID);
    assertThat(failure).hasMessageContaining(why).message().doesNotContain("rtc_orphan");
    await().until(() -> !rig.server().requests("POST", "rtc_orphan/hangup").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_value, REFUSED",
    "401, invalid_api_key, UNAUTHORIZED",
    "402, '', QUOTA",
    "403, '', UNAUTHORIZED",
    "404, model_not_found, NOT_FOUND",
    "429, rate_limit_exceeded, RATE_LIMITED",
    "429, insufficient_quota, QUOTA",
    "400, billing_hard_limit_reached, QUOTA",
    "500, server_error, FAILED",
    "503, '', FAILED",
    "302, '', REFUSED",
  })
  void shouldTellWhatARefusalMeans(int status, String code, Kind kind) {
    rig.server()
        .refuseCreate(status, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"Because.\"}}");

    ProviderException failure = OpenAiRig.failure(rig.create());

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining("HTTP " + status).hasMessageContaining(code);
  }

  @Test
  void shouldPassOnWhenToComeBack() {
    rig.server()
        .onCreate(response -> response.setStatusCode(429).putHeader("Retry-After", "7").end("{}"));

    assertThat(OpenAiRig.failure(rig.create()).retryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void shouldKeepSecretsOutOfMessages() {
    rig.server()
        .refuseCreate(
            400,
            "{\"error\":{\"message\":\"rtc_abcdef of sk-live12345 at https://h/p?k=1:"
                + " v=0\\r\\na=ice-pwd:x\"}}");

    assertThat(OpenAiRig.failure(rig.create()))
        .message()
        .doesNotContain("rtc_abcdef", "sk-live", "https:", "v=0", "ice-pwd", OpenAiRig.KEY)
        .contains("*** of *** at ***");
  }

  @Test
  void shouldNeverRepeatACreate() {
    for (int i = 0; i < 3; i++) {
      rig.server().refuseCreate(503, "");
    }

    assertThat(OpenAiRig.failure(rig.create()).kind()).isEqualTo(Kind.FAILED);
    assertThat(rig.server().requests("POST", "/v1/realtime/calls")).hasSize(1);
  }

  @Test
  void shouldSayThatACallMayExistWhenTheConnectionBreaks() {
    rig.server().onCreate(response -> rig.wire().drop());

    ProviderException failure = OpenAiRig.failure(rig.create());

    assertThat(failure.kind()).isEqualTo(Kind.ANSWER_INVALID);
    assertThat(failure).hasMessageContaining("a call may have been created");
    assertThat(rig.server().requests("POST", "/v1/realtime/calls")).hasSize(1);
  }

  @Test
  void shouldTellUnreachableWhenNobodyListens() throws IOException {
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // But listens not.
      try (OpenAiRig nobody = OpenAiRig.to(bound.getLocalPort())) {
        ProviderException failure = OpenAiRig.failure(nobody.create());

        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure).message().doesNotContain("may have been created");
      }
    }
  }

  @Test
  void shouldRepeatAHangUpUntilItIsConfirmed() {
    rig.server().onHangUp(response -> response.setStatusCode(500).end());
    rig.server().onHangUp(response -> response.setStatusCode(503).end());

    HangUpOutcome outcome = OpenAiRig.value(rig.provider().hangUp(new CallId("rtc_x")));

    assertThat(outcome).isEqualTo(HangUpOutcome.HUNG_UP);
    assertThat(rig.server().requests("POST", "/v1/realtime/calls/rtc_x/hangup")).hasSize(3);
  }

  @Test
  void shouldNotRepeatAHangUpThatIsRefused() {
    rig.server().onHangUp(response -> response.setStatusCode(401).end());

    assertThat(OpenAiRig.failure(rig.provider().hangUp(new CallId("rtc_x"))).kind())
        .isEqualTo(Kind.UNAUTHORIZED);
    assertThat(rig.server().requests("POST", "/hangup")).hasSize(1);
  }

  @Test
  void shouldFailWhatIsUnderWayWhenClosed() {
    rig.server().onCreate(response -> {});
    CompletionStage<CreatedCall> creating = rig.create();

    rig.provider().close();

    assertThat(OpenAiRig.failure(creating).kind()).isEqualTo(Kind.TIMED_OUT);
  }
}
