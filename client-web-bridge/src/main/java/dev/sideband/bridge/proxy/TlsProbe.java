package dev.sideband.bridge.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server speaks TLS, by a handshake that is broken off when it shows its
 * certificate. A server that speaks TLS just closes a connection that begins otherwise, so nothing
 * else tells.
 *
 * <p><b>Threads.</b> Any; one at a time waits for the server, none of whom asks.
 */
final class TlsProbe {
  private static final int WITHIN_MILLIS = 2_000;

  private final ServerAddress server;
  private @Nullable CompletableFuture<Boolean> asking;

  TlsProbe(ServerAddress server) {
    this.server = server;
  }

  /** Asks now, or shares in the question that is under way. Never fails. */
  synchronized CompletionStage<Boolean> ask() {
    CompletableFuture<Boolean> shared = asking;
    if (shared == null || shared.isDone()) {
      shared = CompletableFuture.supplyAsync(this::isAnswered);
      asking = shared;
    }
    return shared;
  }

  private boolean isAnswered() {
    Witness witness = new Witness();
    try (Socket wire = new Socket()) {
      wire.connect(new InetSocketAddress(server.host(), server.port()), WITHIN_MILLIS);
      wire.setSoTimeout(WITHIN_MILLIS);
      shakeHands(wire, witness);
    } catch (IOException | GeneralSecurityException e) {
      // The witness knows how far it came.
    }
    return witness.sawCertificate;
  }

  private void shakeHands(Socket wire, Witness witness)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {witness}, null);
    SSLSocket tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(wire, server.host(), server.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    tls.setSSLParameters(parameters);
    tls.startHandshake();
  }

  /** Believes nobody, and notes that somebody asked to be believed. */
  private static final class Witness extends X509ExtendedTrustManager {
    private boolean sawCertificate;

    private CertificateException seen() {
      sawCertificate = true;
      return new CertificateException("this is all that was to be known");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw seen();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw seen();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw seen();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("nobody is a client here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("nobody is a client here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is a client here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
