package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.TestCertificate;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.RecordingListener;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandClosed.Cause;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS: HTTP/2 and {@code wss}, and nobody is trusted under another's name. */
@ExpectWarning("does not answer")
class OpenAiTlsTest {
  private final Path folder;

  OpenAiTlsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void shouldSpeakToAServerThatIsTrusted() throws Exception {
    try (OpenAiRig rig = rig("localhost", true)) {
      RecordingListener listener = new RecordingListener();

      OpenAiRig.value(rig.create());
      rig.provider().join(new CallId("rtc_x"), listener);
      listener.awaitOpen();

      rig.server().nextConnection().say("{\"type\":\"input_audio_buffer.cleared\"}");
      assertThat(listener.nextEvent().type()).isEqualTo("input_audio_buffer.cleared");
      rig.provider().close();
      assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.LOCAL);
    }
  }

  @Test
  void shouldNotTrustACertificateOfAnotherName() throws Exception {
    try (OpenAiRig rig = rig("elsewhere.example", true)) {
      assertNotTrusted(rig);
    }
  }

  @Test
  void shouldNotTrustAnUnknownCertificate() throws Exception {
    try (OpenAiRig rig = rig("localhost", false)) {
      assertNotTrusted(rig);
    }
  }

  private static void assertNotTrusted(OpenAiRig rig) {
    RecordingListener listener = new RecordingListener();
    rig.provider().join(new CallId("rtc_x"), listener);

    SidebandClosed closed = listener.awaitClosed();
    assertThat(closed.cause()).isEqualTo(Cause.UNREACHABLE);
    assertThat(closed.message()).contains("SSL");
    assertThat(OpenAiRig.failure(rig.create()).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(rig.server().requests()).isEmpty();
  }

  private OpenAiRig rig(String certifiedName, boolean trusted) throws Exception {
    TestCertificate certificate = TestCertificate.of(folder, "dns:" + certifiedName);
    return OpenAiRig.overTls(
        OpenAiRig.PATIENT, certificate, trusted ? certificate.trusting() : OpenAiRig.defaultTls());
  }
}
