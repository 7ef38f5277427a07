package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The HTTP half: creating, hanging up, keys, and what is refused. */
class LoopbackHttpTest {
  private static final String BOUNDARY = "----boundary";

  private final LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick());

  @AfterEach
  void close() {
    loopback.close();
  }

  @Test
  void shouldCreateCallWhenOfferIsPosted() throws Exception {
    HttpResponse<String> created = loopback.create();

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location").orElseThrow())
        .matches("/v1/realtime/calls/rtc_[0-9a-f]{32}");
    assertThat(created.headers().firstValue("Content-Type")).hasValue("application/sdp");
    assertThat(processingMillis(created)).isPositive();
  }

  @Test
  void shouldAnswerSectionBySectionWhenWithoutMedia() throws Exception {
    List<String> lines = loopback.create().body().lines().toList();

    assertThat(lines).startsWith("v=0").contains("a=group:BUNDLE 0 2");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("m="))
        .containsExactly(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "m=video 0 UDP/TLS/RTP/SAVPF 96",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("a=mid:"))
        .containsExactly("a=mid:0", "a=mid:1", "a=mid:2");
    assertThat(lines).contains("a=setup:passive", "a=rtpmap:111 opus/48000/2");
    assertThat(lines)
        .anyMatch(line -> line.matches("a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}"));
  }

  @Test
  void shouldConfigureSessionWhenFormCarriesIt() throws Exception {
    String session =
        "{\"type\":\"realtime\",\"model\":\"gpt-realtime-2\",\"instructions\":\"Be brief.\"}";
    HttpResponse<String> created = postForm("", session);
    assertThat(created.statusCode()).isEqualTo(201);

    TestSocket sideband = loopback.join(LoopbackFixture.callId(created));
    sideband.say("{'type':'session.update','session':{'type':'realtime'}}");

    assertThat(sideband.expect("session.updated").at("/session/instructions").asText())
        .isEqualTo("Be brief.");
  }

  @Test
  void shouldConfigureSessionWhenFormPartsAreFiles() throws Exception {
    HttpResponse<String> created =
        postForm("; filename=\"part\"", "{\"type\":\"realtime\",\"instructions\":\"File.\"}");
    assertThat(created.statusCode()).isEqualTo(201);

    TestSocket sideband = loopback.join(LoopbackFixture.callId(created));
    sideband.say("{'type':'session.update','session':{'type':'realtime'}}");

    assertThat(sideband.expect("session.updated").at("/session/instructions").asText())
        .isEqualTo("File.");
  }

  private HttpResponse<String> postForm(String fileName, String session) throws Exception {
    String body =
        String.join(
            "\r\n",
            "--" + BOUNDARY,
            "Content-Disposition: form-data; name=\"sdp\"" + fileName,
            "Content-Type: application/sdp",
            "",
            LoopbackFixture.OFFER,
            "--" + BOUNDARY,
            "Content-Disposition: form-data; name=\"session\"" + fileName,
            "Content-Type: application/json",
            "",
            session,
            "--" + BOUNDARY + "--",
            "");
    return loopback.post("/realtime/calls", "multipart/form-data; boundary=" + BOUNDARY, body);
  }

  @Test
  void shouldRefuseCreateWhenSessionIsWrong() throws Exception {
    HttpResponse<String> refused = postForm("", "{\"type\":\"realtime\",\"mood\":\"good\"}");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(LoopbackFixture.errorOf(refused).path("code").asText())
        .isEqualTo("unknown_parameter");
    assertThat(loopback.server.report().live()).isZero();
  }

  @Test
  void shouldRefuseWhenNoKeyIsGiven() throws Exception {
    HttpResponse<String> refused =
        loopback.send(
            HttpRequest.newBuilder(URI.create(loopback.server.baseUri() + "/realtime/calls"))
                .POST(BodyPublishers.ofString(LoopbackFixture.OFFER)));

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(LoopbackFixture.errorOf(refused).path("code").asText()).isEqualTo("invalid_api_key");
    assertThat(refused.headers().firstValue("openai-processing-ms")).isPresent();
  }

  @Test
  void shouldRefuseWhenKeyIsNotTheOneRequired() throws Exception {
    try (LoopbackFixture locked =
        LoopbackFixture.start(LoopbackFixture.quick().withApiKey("sk-other"))) {
      assertThat(locked.get("/models").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void shouldRefuseBetaWhenHeaderAsksForIt() throws Exception {
    HttpResponse<String> refused =
        loopback.send(loopback.request("/models").header("OpenAI-Beta", "realtime=v1"));

    assertThat(LoopbackFixture.errorOf(refused).path("code").asText())
        .isEqualTo("beta_api_shape_disabled");
  }

  @Test
  void shouldListModelsWhenConnectionIsWarmed() throws Exception {
    assertThat(loopback.get("/models/gpt-realtime").statusCode()).isEqualTo(200);
    assertThat(loopback.get("/models").body()).contains("gpt-realtime");
    assertThat(loopback.get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldOpenSessionWhenEphemeralKeyIsUsed() throws Exception {
    HttpResponse<String> issued =
        loopback.post(
            "/realtime/client_secrets",
            "application/json",
            "{\"session\":{\"type\":\"realtime\",\"instructions\":\"Ephemeral.\"}}");
    String key = Json.readObject(issued.body()).orElseThrow().path("value").asText();
    assertThat(key).startsWith("ek_");

    HttpResponse<String> created =
        loopback.send(
            HttpRequest.newBuilder(URI.create(loopback.server.baseUri() + "/realtime/calls"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(LoopbackFixture.OFFER)));

    TestSocket sideband = loopback.join(LoopbackFixture.callId(created));
    sideband.say("{'type':'session.update','session':{'type':'realtime'}}");
    assertThat(sideband.expect("session.updated").at("/session/instructions").asText())
        .isEqualTo("Ephemeral.");
  }

  @Test
  void shouldOpenSessionWhenBrowserPutsKeyIntoSubprotocol() {
    URI uri =
        URI.create(
            loopback.server.baseUri().toString().replace("http", "ws")
                + "/realtime?model=gpt-realtime");

    WebSocket socket =
        loopback
            .http
            .newWebSocketBuilder()
            .subprotocols("realtime", "openai-insecure-api-key.sk-browser")
            .buildAsync(uri, new WebSocket.Listener() {})
            .join();

    assertThat(socket.getSubprotocol()).isEqualTo("realtime");
    socket.abort();
  }

  @Test
  void shouldSpendTimeAndSaySoWhenCreateIsDelayed() throws Exception {
    loopback.server.faults().delayCreates(1, Duration.ofMillis(150));

    HttpResponse<String> created = loopback.create();

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(processingMillis(created)).isBetween(140.0, 10_000.0);
  }

  private static double processingMillis(HttpResponse<String> answer) {
    return Double.parseDouble(answer.headers().firstValue("openai-processing-ms").orElseThrow());
  }

  @Test
  void shouldRefuseOneCallMoreWhenFull() throws Exception {
    LoopbackConfig.Limits one =
        new LoopbackConfig.Limits(Duration.ofMinutes(60), Duration.ofSeconds(60), 1);
    try (LoopbackFixture small = LoopbackFixture.start(LoopbackFixture.quick().withLimits(one))) {
      String call = small.createCall();

      assertThat(small.create().statusCode()).isEqualTo(429);

      small.hangUp(call);
      assertThat(small.create().statusCode()).isEqualTo(201);
    }
  }

  @Test
  void shouldHoldManyCallsWithoutThreadsWhenWithoutMedia() {
    List<CompletableFuture<HttpResponse<String>>> creates = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      creates.add(
          loopback.http.sendAsync(
              loopback
                  .request("/realtime/calls")
                  .header("Content-Type", "application/sdp")
                  .POST(BodyPublishers.ofString(LoopbackFixture.OFFER))
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    }

    assertThat(creates.stream().map(CompletableFuture::join))
        .allMatch(created -> created.statusCode() == 201);
    LoopbackReport report = loopback.server.report();
    assertThat(report.live()).isEqualTo(500);
    assertThat(report.peers()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("vert.x-eventloop"))
        .hasSize(1);
  }
}
