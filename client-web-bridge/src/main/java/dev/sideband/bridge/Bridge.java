package dev.sideband.bridge;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.sideband.bridge.door.Cors;
import dev.sideband.bridge.door.Door;
import dev.sideband.bridge.door.OwnNames;
import dev.sideband.bridge.door.PageToken;
import dev.sideband.bridge.page.ConsolePage;
import dev.sideband.bridge.proxy.Proxy;
import dev.sideband.bridge.proxy.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The whole bridge: built, started and stopped. */
final class Bridge implements AutoCloseable {
  /** Streams last for hours: they are told, then cut. */
  private static final Duration ANSWERS_WITHIN = Duration.ofMillis(200);

  /** Netty's acceptor rests for two seconds more, when there is nothing left to accept. */
  private static final Duration CLOSE_WITHIN = Duration.ofMillis(500);

  private final Server server;
  private final Upstream upstream;

  private Bridge(Server server, Upstream upstream) {
    this.server = server;
    this.upstream = upstream;
  }

  /**
   * Opens a bridge; the server behind need not be there yet.
   *
   * @throws ConfigException if something that the configuration names cannot be had
   */
  static Bridge open(BridgeConfig config) {
    try {
      Upstream upstream = Upstream.to(config.server());
      Server server = server(config.listen(), upstream);
      server.start().join();
      return new Bridge(server, upstream);
    } catch (IOException e) {
      throw new ConfigException("--server-ca: " + e.getMessage());
    } catch (CompletionException e) {
      throw BindFailures.explain(config.listen(), e);
    }
  }

  private static Server server(BridgeConfig.Listen listen, Upstream upstream) {
    PageToken token = PageToken.random(new SecureRandom());
    ServerBuilder builder = Server.builder();
    InetSocketAddress address = new InetSocketAddress(listen.address(), listen.port());
    if (listen.tls().isPresent()) {
      BridgeConfig.Tls tls = listen.tls().get();
      builder.https(address).tls(TlsKeyPair.of(tls.key().toFile(), tls.certificate().toFile()));
    } else {
      builder.http(address);
    }
    builder
        .requestTimeout(Duration.ZERO)
        .maxRequestLength(0)
        .gracefulShutdownTimeout(Duration.ZERO, ANSWERS_WITHIN)
        .disableServerHeader();
    Proxy.addTo(builder, upstream);
    ConsolePage.load(Bridge.class.getClassLoader(), token.text()).addTo(builder);
    OwnNames names = new OwnNames(listen.address(), listen.hosts());
    builder.decorator(
        inside -> {
          HttpService open =
              Cors.toPagesOf(listen.origins(), listen.exposedHeaders()).apply(inside);
          return new Door(open, names, listen.origins(), token);
        });
    return builder.build();
  }

  /** The port that it listens on. */
  int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    upstream.close();
    try {
      server.stop().get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Nobody is let in any more, and nobody is inside.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
