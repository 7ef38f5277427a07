package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.bridge.proxy.ServerTarget;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import io.grpc.Status;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS on both sides, and HTTP/2, which browsers speak only over TLS. */
final class TlsTest {
  private static final String LIST = CONVERSATION + "List";
  private static final ListResponse LISTED =
      ListResponse.newBuilder().setNextPageToken("x").build();

  private final TestCertificate certificate;

  TlsTest(@TempDir Path folder) throws Exception {
    certificate = TestCertificate.ofThisMachine(folder);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSpeakHttp2WithBrowsers(Form form) throws Exception {
    HttpClient browser = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
    try (FakeServer server = FakeServer.start().on(LIST, answering(LISTED));
        RunningBridge bridge = RunningBridge.of(server.port()).showing(certificate).open()) {
      WebAnswer answer =
          new WebClient(browser, bridge.uri(), form).call(LIST, ListRequest.getDefaultInstance());
      assertThat(answer.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(ListResponse.parseFrom(answer.next().orElseThrow())).isEqualTo(LISTED);
      assertThat(answer.status()).isZero();
    }
  }

  @Test
  void shouldSpeakHttp11WithBrowsersThatDoNot() throws Exception {
    HttpClient browser =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(certificate.trusting())
            .build();
    try (FakeServer server = FakeServer.start().on(LIST, answering(LISTED));
        RunningBridge bridge = RunningBridge.of(server.port()).showing(certificate).open()) {
      WebAnswer answer =
          new WebClient(browser, bridge.uri(), Form.BINARY)
              .call(LIST, ListRequest.getDefaultInstance());
      assertThat(answer.response().version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(answer.status()).isZero();
    }
  }

  private WebAnswer listOver(FakeServer server, Optional<Path> authorities, String name)
      throws Exception {
    ServerTarget.Tls tls = new ServerTarget.Tls(authorities, Optional.of(name));
    try (RunningBridge bridge = RunningBridge.of(server.port()).believing(tls).open()) {
      WebAnswer answer =
          WebClient.of(bridge, Form.BINARY).call(LIST, ListRequest.getDefaultInstance());
      answer.rest();
      return answer;
    }
  }

  @Test
  void shouldSpeakTlsWithTheServer() throws Exception {
    try (FakeServer server = FakeServer.startWithTls(certificate).on(LIST, answering(LISTED))) {
      Optional<Path> trusted = Optional.of(certificate.certificate());
      assertThat(listOver(server, trusted, "localhost").status()).isZero();
    }
  }

  /** What a page, a load balancer and the log are told, which must be the same. */
  private static String toldOf(RunningBridge bridge) throws Exception {
    WebAnswer answer =
        WebClient.of(bridge, Form.BINARY).call(LIST, ListRequest.getDefaultInstance());
    assertThat(answer.status()).isEqualTo(Status.Code.UNAVAILABLE.value());
    HttpRequest health = HttpRequest.newBuilder(bridge.uri().resolve("/healthz")).build();
    assertThat(HttpClient.newHttpClient().send(health, BodyHandlers.ofString()).body())
        .isEqualTo("UNAVAILABLE: " + answer.message() + "\n");
    return answer.message();
  }

  @Test
  void shouldSayThatTheServerSpeaksTlsWhenTheBridgeDoesNot() throws Exception {
    try (Logged log = Logged.of("dev.sideband.bridge.proxy.Answers");
        FakeServer server = FakeServer.startWithTls(certificate);
        RunningBridge bridge = RunningBridge.to(server)) {
      String words =
          "the server at 127.0.0.1:%d speaks TLS and this bridge does not; start it with:  --tls"
              .formatted(server.port());
      for (int i = 0; i < 3; i++) {
        assertThat(toldOf(bridge)).isEqualTo(words);
      }
      assertThat(log.lines()).containsExactly(words);
    }
  }

  @Test
  void shouldSayThatTheServerDoesNotSpeakTlsWhenTheBridgeDoes() throws Exception {
    ServerTarget.Tls tls = new ServerTarget.Tls(Optional.empty(), Optional.empty());
    try (Logged log = Logged.of("dev.sideband.bridge.proxy.Answers");
        FakeServer server = FakeServer.start();
        RunningBridge bridge = RunningBridge.of(server.port()).believing(tls).open()) {
      String words =
          "the server at 127.0.0.1:%d does not speak TLS and this bridge does; start it without:"
                  .formatted(server.port())
              + "  --tls";
      for (int i = 0; i < 3; i++) {
        assertThat(toldOf(bridge)).isEqualTo(words);
      }
      assertThat(log.lines()).containsExactly(words);
    }
  }

  @Test
  void shouldSayItInTheLogBeforeAnybodyCalls() throws Exception {
    try (Logged log = Logged.of("dev.sideband.bridge.proxy.Answers");
        FakeServer server = FakeServer.startWithTls(certificate);
        RunningBridge bridge = RunningBridge.to(server)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> !log.lines().isEmpty());
      assertThat(log.lines().get(0)).contains(":" + server.port() + " speaks TLS");
      assertThat(bridge.port()).isPositive();
    }
  }

  @Test
  void shouldNotTakeEverySilenceForTls() throws Exception {
    try (Logged log = Logged.of("dev.sideband.bridge.proxy.Answers");
        FakeServer server = FakeServer.start();
        Wire wire = Wire.to(server)) {
      wire.hangUpOnEverybody();
      try (RunningBridge bridge = RunningBridge.to(wire.port())) {
        assertThat(toldOf(bridge))
            .isEqualTo(
                "the connection to the server at 127.0.0.1:%d was lost; call again"
                    .formatted(wire.port()));
      }
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void shouldNotBelieveAnotherServer() throws Exception {
    try (FakeServer server = FakeServer.startWithTls(certificate).on(LIST, answering(LISTED))) {
      Optional<Path> trusted = Optional.of(certificate.certificate());
      for (WebAnswer answer :
          new WebAnswer[] {
            listOver(server, Optional.empty(), "localhost"),
            listOver(server, trusted, "another.example.org")
          }) {
        assertThat(answer.status()).isEqualTo(Status.Code.UNAVAILABLE.value());
        assertThat(answer.message()).contains("to be believed", "--server-ca");
      }
    }
  }
}
