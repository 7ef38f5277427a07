package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.RecordingListener;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandClosed.Cause;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS: HTTP/2 and {@code wss}, and nobody is trusted under another's name. */
@ExpectWarning("does not answer")
class OpenAiTlsTest {
  private static final String PASSWORD = "changeit";

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
    Path store = certificate(certifiedName);
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword(PASSWORD));
    return new OpenAiRig(
        OpenAiRig.PATIENT,
        new FakeRealtimeServer(options),
        "https",
        trusted ? trusting(store) : OpenAiRig.defaultTls());
  }

  private Path certificate(String name) throws Exception {
    Path store = folder.resolve("server.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command =
        List.of(
            keytool.toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            "SAN=dns:" + name,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return store;
  }

  private static SSLContext trusting(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
