package dev.sideband.server.provider.openai;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Locale;
import java.util.function.LongSupplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Connects one sideband, notes when bytes came in, and can be cut from any thread at any stage: the
 * WebSocket library can be closed only once it is open, and TLS cannot while a write is stuck.
 */
final class SidebandSocket extends SocketFactory {
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final URI uri;
  private final OpenAiConfig config;
  private final OpenAiResources resources;
  private final Raw raw;

  SidebandSocket(URI uri, OpenAiConfig config, OpenAiResources resources) {
    this.uri = uri;
    this.config = config;
    this.resources = resources;
    this.raw = new Raw(resources.nanoTime());
  }

  /** When bytes last came, encrypted or not. */
  long lastReadNanos() {
    return raw.lastReadNanos;
  }

  /** Ends the connection at once, or the attempt to make it. Never waits. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      // It is as gone as it can be.
    }
  }

  /** Called by the reader, once: resolves, connects, and wraps into TLS for {@code wss}. */
  @Override
  public Socket createSocket() throws IOException {
    boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).equals("wss");
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS : HTTP;
    raw.setTcpNoDelay(true);
    raw.connect(
        new InetSocketAddress(InetAddress.getByName(uri.getHost()), port),
        Math.toIntExact(config.timeouts().connect().toMillis()));
    if (!secure) {
      return raw;
    }
    SSLSocket tls =
        (SSLSocket) resources.tls().getSocketFactory().createSocket(raw, uri.getHost(), port, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new SocketException("only the sideband's own address");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw new SocketException("only the sideband's own address");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw new SocketException("only the sideband's own address");
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    throw new SocketException("only the sideband's own address");
  }

  /** A socket that notes when it reads. */
  private static final class Raw extends Socket {
    private final LongSupplier nanoTime;
    private volatile long lastReadNanos;
    private @Nullable InputStream noting;

    Raw(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      this.lastReadNanos = nanoTime.getAsLong();
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
      if (noting == null) {
        noting =
            new FilterInputStream(super.getInputStream()) {
              @Override
              public int read() throws IOException {
                return note(super.read());
              }

              @Override
              public int read(byte[] bytes, int offset, int length) throws IOException {
                return note(super.read(bytes, offset, length));
              }
            };
      }
      return noting;
    }

    private int note(int read) {
      if (read >= 0) {
        lastReadNanos = nanoTime.getAsLong();
      }
      return read;
    }
  }
}
