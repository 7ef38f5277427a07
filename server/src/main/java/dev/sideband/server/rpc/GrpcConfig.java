package dev.sideband.server.rpc;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the gRPC server listens.
 *
 * @param listen address and port; port 0 takes a free one
 * @param tls certificate and key; without it the address must be a loopback address
 * @param insecure serve other addresses without TLS or tokens, as somebody asked aloud
 * @param connections bounds on what a connection may do
 * @param drain how long a closing server waits for its calls to end
 */
public record GrpcConfig(
    InetSocketAddress listen,
    Optional<Tls> tls,
    boolean insecure,
    Connections connections,
    Duration drain) {

  /** PEM files: the certificate chain, and its unencrypted PKCS #8 key. */
  public record Tls(Path certificates, Path key) {}

  /**
   * Bounds on connections.
   *
   * @param maxMessageBytes of one request message
   * @param maxCalls at once on one connection
   * @param keepAlive after this much silence the other side is asked whether it lives
   * @param keepAliveTimeout how long it may take to answer
   * @param maxIdle a connection without calls is closed after this
   */
  public record Connections(
      int maxMessageBytes,
      int maxCalls,
      Duration keepAlive,
      Duration keepAliveTimeout,
      Duration maxIdle) {

    /** What suits clients that come and go on networks that fail. */
    public static Connections defaults() {
      return new Connections(
          1024 * 1024,
          1000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15));
    }
  }

  /** A server without TLS, for loopback addresses. */
  public static GrpcConfig plaintext(InetSocketAddress listen) {
    return new GrpcConfig(
        listen, Optional.empty(), false, Connections.defaults(), Duration.ofSeconds(10));
  }
}
