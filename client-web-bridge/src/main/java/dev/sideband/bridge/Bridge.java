package dev.sideband.bridge;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.sideband.bridge.door.Cors;
import dev.sideband.bridge.door.Crowd;
import dev.sideband.bridge.door.Door;
import dev.sideband.bridge.door.OwnNames;
import dev.sideband.bridge.door.PageToken;
import dev.sideband.bridge.page.ConsolePage;
import dev.sideband.bridge.proxy.Cost;
import dev.sideband.bridge.proxy.Proxy;
import dev.sideband.bridge.proxy.Upstream;
import io.netty.channel.ChannelOption;
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
  /**
   * Browsers keep some in reserve, and whoever is refused needs one to be told on. More than these
   * are closed as soon as they come.
   */
  private static final int CONNECTIONS_FOR_A_CALL = 2;

  private static final int MORE_CONNECTIONS = 100;

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
    Upstream upstream;
    try {
      upstream = Upstream.to(config.server());
    } catch (IOException e) {
      throw new ConfigException("--server-ca: not PEM certificates: " + e.getMessage());
    }
    try {
      Server server = server(config, upstream);
      server.start().join();
      upstream.connect();
      return new Bridge(server, upstream);
    } catch (CompletionException e) {
      upstream.close();
      throw BindFailures.explain(config.listen(), e);
    } catch (RuntimeException e) {
      upstream.close();
      throw e;
    }
  }

  private static Server server(BridgeConfig config, Upstream upstream) {
    BridgeConfig.Listen listen = config.listen();
    PageToken token = PageToken.random(new SecureRandom());
    InetSocketAddress address = listen.resolved();
    ServerBuilder builder = Server.builder();
    if (listen.tls().isPresent()) {
      builder.https(address).tls(keyPair(listen.tls().get()));
    } else {
      builder.http(address);
    }
    builder
        .requestTimeout(Duration.ZERO)
        .gracefulShutdownTimeout(Duration.ZERO, ANSWERS_WITHIN)
        .disableServerHeader()
        .childChannelOption(ChannelOption.SO_SNDBUF, Cost.BROWSER_SOCKET)
        .http2InitialStreamWindowSize(Cost.CALLER_WINDOW)
        .maxNumConnections(CONNECTIONS_FOR_A_CALL * config.mostCalls() + MORE_CONNECTIONS);
    Proxy.addTo(builder, upstream);
    ConsolePage.load(Bridge.class.getClassLoader(), token.text()).addTo(builder);
    OwnNames names = new OwnNames(address.getAddress(), listen.names());
    builder.decorator(
        inside -> {
          HttpService room = new Crowd(inside, config.mostCalls(), Proxy.HEALTH);
          HttpService open = Cors.toPagesOf(listen.origins(), listen.exposedHeaders()).apply(room);
          return new Door(open, names, listen.origins(), token);
        });
    return builder.build();
  }

  private static TlsKeyPair keyPair(BridgeConfig.Tls tls) {
    try {
      return TlsKeyPair.of(tls.key().toFile(), tls.certificate().toFile());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "--tls-cert, --tls-key: not a PEM certificate and its unencrypted PKCS #8 key: "
              + e.getMessage());
    }
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
