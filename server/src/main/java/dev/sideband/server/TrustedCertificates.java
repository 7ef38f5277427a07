package dev.sideband.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to believe over TLS: the authorities that Java knows, or those in a file. */
final class TrustedCertificates {
  private static final String KEY = "openai.trusted-certificates";

  private TrustedCertificates() {}

  /** Java's own. */
  static SSLContext ofThisMachine() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /**
   * Those in a PEM file, and no others.
   *
   * @throws ConfigException if they cannot be read
   */
  static SSLContext in(Path file) {
    try {
      Collection<? extends Certificate> certificates = read(file);
      if (certificates.isEmpty()) {
        throw ConfigException.invalid(KEY, file, "a PEM file with certificates in it");
      }
      return trusting(certificates);
    } catch (IOException e) {
      throw ConfigException.invalid(KEY, file, "a file that can be read");
    } catch (CertificateException e) {
      throw ConfigException.invalid(KEY, file, "a PEM file with certificates in it");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static Collection<? extends Certificate> read(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static SSLContext trusting(Collection<? extends Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Certificate certificate : certificates) {
      trusted.setCertificateEntry(Integer.toString(trusted.size()), certificate);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
