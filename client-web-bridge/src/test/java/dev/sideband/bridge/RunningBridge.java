package dev.sideband.bridge;

import dev.sideband.bridge.proxy.ServerAddress;
import dev.sideband.bridge.proxy.ServerTarget;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A bridge on a free port, as a test wants it. */
final class RunningBridge implements AutoCloseable {
  private final Bridge bridge;
  private final URI uri;

  private RunningBridge(BridgeConfig config) {
    bridge = Bridge.open(config);
    String scheme = config.listen().tls().isPresent() ? "https" : "http";
    uri = URI.create("%s://127.0.0.1:%d".formatted(scheme, bridge.port()));
  }

  static RunningBridge to(FakeServer server) {
    return to(server.port());
  }

  static RunningBridge to(int port) {
    return of(port).open();
  }

  static Wish of(int serverPort) {
    return new Wish(serverPort);
  }

  URI uri() {
    return uri;
  }

  int port() {
    return bridge.port();
  }

  @Override
  public void close() {
    bridge.close();
  }

  /** What is asked for beyond the usual. */
  static final class Wish {
    private final int serverPort;
    private final Set<String> hosts = new LinkedHashSet<>();
    private final Set<String> origins = new LinkedHashSet<>();
    private final Set<String> exposed = new LinkedHashSet<>();
    private int mostCalls = 4_000;
    private Optional<BridgeConfig.Tls> tls = Optional.empty();
    private Optional<ServerTarget.Tls> serverTls = Optional.empty();

    private Wish(int serverPort) {
      this.serverPort = serverPort;
    }

    Wish calledBy(String host) {
      hosts.add(host);
      return this;
    }

    Wish allowing(String origin) {
      origins.add(origin);
      return this;
    }

    Wish exposing(String header) {
      exposed.add(header);
      return this;
    }

    Wish showing(TestCertificate certificate) {
      tls = Optional.of(new BridgeConfig.Tls(certificate.certificate(), certificate.key()));
      return this;
    }

    Wish believing(ServerTarget.Tls server) {
      serverTls = Optional.of(server);
      return this;
    }

    Wish holding(int calls) {
      mostCalls = calls;
      return this;
    }

    RunningBridge open() {
      return new RunningBridge(
          new BridgeConfig(
              new BridgeConfig.Listen("127.0.0.1", 0, tls, false, hosts, origins, exposed),
              new ServerTarget(new ServerAddress("127.0.0.1", serverPort), serverTls),
              mostCalls));
    }
  }
}
