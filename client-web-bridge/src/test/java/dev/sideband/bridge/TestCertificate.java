package dev.sideband.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate and its key, made for one test.
 *
 * @param store a PKCS #12 key store with both, under {@link #PASSWORD}
 * @param certificate the certificate alone, PEM
 * @param key the private key alone, PKCS #8 PEM
 */
public record TestCertificate(Path store, Path certificate, Path key) {
  public static final String PASSWORD = "changeit";

  private static final String ALIAS = "server";

  /** For this machine, under every name that tests call it by. */
  public static TestCertificate ofThisMachine(Path folder) throws Exception {
    return of(folder, "dns:localhost,ip:127.0.0.1");
  }

  /**
   * Makes one in a folder, which then holds its files.
   *
   * @param names as keytool's {@code SAN}: {@code dns:localhost}, {@code ip:127.0.0.1}
   */
  public static TestCertificate of(Path folder, String names) throws Exception {
    Path store = folder.resolve("server.p12");
    runKeytool(store, names);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Certificate certificate = keys.getCertificate(ALIAS);
    Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
    return new TestCertificate(
        store,
        pem(folder.resolve("server-cert.pem"), "CERTIFICATE", certificate.getEncoded()),
        pem(folder.resolve("server-key.pem"), "PRIVATE KEY", key.getEncoded()));
  }

  private static void runKeytool(Path store, String names) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-dname",
            "CN=sideband-test",
            "-ext",
            "SAN=" + names,
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
  }

  private static Path pem(Path file, String label, byte[] der) throws Exception {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    String lines = "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, text, label);
    return Files.writeString(file, lines, US_ASCII);
  }

  /** A client's side that trusts this certificate, and no other. */
  public SSLContext trusting() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
