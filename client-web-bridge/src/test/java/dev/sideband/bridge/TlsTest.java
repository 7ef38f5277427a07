package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.bridge.proxy.ServerTarget;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import io.grpc.Status;
import java.net.http.HttpClient;
import java.nio.file.Path;
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
