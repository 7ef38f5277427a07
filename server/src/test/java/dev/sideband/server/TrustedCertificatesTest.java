package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider with a certificate that only its owner vouches for. */
class TrustedCertificatesTest {
  private final Path folder;

  TrustedCertificatesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  @Test
  void shouldHoldAWholeCallOverTlsWhenTheCertificateIsTrusted() throws Exception {
    TestCertificate certificate = TestCertificate.ofThisMachine(folder);
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(certificate);
        RunningServer server =
            RunningServer.open(
                Path.of(data()),
                RunningServer.heldBy(
                    loopback, "openai.trusted-certificates=" + certificate.certificate()))) {
      assertThat(loopback.baseUri()).hasScheme("https");
      Caller caller = server.caller();
      String id = caller.start().getConversationId();
      caller.follow(id).await(SESSION_CONFIGURED);
      caller.send(id, Requests.asking("over TLS"));
      caller.follow(id).await(event -> event.hasResponseCompleted());
      assertThat(loopback.report().live()).isEqualTo(1);

      caller.stop(id);

      assertThat(Stories.requireEnded(caller.storyToTheEnd(id), EndReason.REQUESTED))
          .isEqualTo(HangUp.HUNG_UP);
      assertThat(loopback.report().hungUp()).isEqualTo(1);
      assertThat(loopback.report().live()).isZero();
    }
  }

  @Test
  @ExpectWarning("does not answer")
  void shouldReachNobodyWhenTheCertificateIsNotTrusted() throws Exception {
    TestCertificate certificate = TestCertificate.ofThisMachine(folder);
    Path other = Files.createDirectory(folder.resolve("other"));
    Path believed = TestCertificate.ofThisMachine(other).certificate();
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(certificate);
        RunningServer server =
            RunningServer.open(
                Path.of(data()),
                RunningServer.heldBy(loopback, "openai.trusted-certificates=" + believed))) {
      Refusal refusal = server.caller().refusedStart(Requests.webRtc());

      assertThat(refusal.status()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_UNREACHABLE);
      assertThat(loopback.report().created()).isZero();
    }
  }

  @Test
  void shouldNotOpenWhenTheFileHoldsNoCertificate() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path other = Files.writeString(folder.resolve("other.pem"), "not a certificate\n");

    requireRefused(folder.resolve("none.pem"), "a file that can be read");
    requireRefused(empty, "a PEM file with certificates in it");
    requireRefused(other, "a PEM file with certificates in it");
  }

  private void requireRefused(Path file, String expected) {
    assertThatThrownBy(
            () ->
                RunningServer.open(
                    Path.of(data()), "provider=openai", "openai.trusted-certificates=" + file))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "openai.trusted-certificates: %s (expected: %s)".formatted(file, expected));
  }
}
