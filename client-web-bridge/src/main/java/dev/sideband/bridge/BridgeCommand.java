package dev.sideband.bridge;

import dev.sideband.bridge.proxy.Cost;
import dev.sideband.bridge.proxy.ServerAddress;
import dev.sideband.bridge.proxy.ServerTarget;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sideband bridge}: runs the bridge until it is told to stop. */
@Command(
    name = "bridge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Let browsers in: gRPC-Web for a server, and the console page.",
    footer = {
      "",
      "It holds no token of the server's: who needs one brings it. It lets in the",
      "browsers of this machine, with its own page, unless it is told otherwise.",
      "",
      "It holds 2048 calls at a time, as many as fit in both of its memories: 256 KiB",
      "of direct memory each, and 64 MiB; 112 KiB of heap each, and 128 MiB. For 6000:",
      "SIDEBAND_JAVA_OPTS='-XX:MaxDirectMemorySize=1600m -Xmx832m'",
      "",
      "Examples:",
      "  ./sideband bridge",
      "  ./sideband bridge --server voice.example.org:50051 --tls",
      "  ./sideband bridge --allow-origin https://app.example.org",
      "  ./sideband bridge --address 0.0.0.0 --host voice.example.org \\",
      "    --tls-cert cert.pem --tls-key key.pem",
      "",
      "Exit codes: 0 its input closed; 130, 143 stopped by a signal; 1 failed;",
      "2 not configured right."
    })
final class BridgeCommand implements Callable<Integer> {
  private final InputStream stdin;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--address",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Where to listen (${DEFAULT-VALUE}).")
  private String address = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "For browsers (${DEFAULT-VALUE}); 0 = any free one.")
  private int port;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "${SIDEBAND_SERVER:-127.0.0.1:50051}",
      description = "Where the server is; default 127.0.0.1:50051, or $$SIDEBAND_SERVER.")
  private String server = "";

  @Option(names = "--tls", description = "Speak TLS with the server.")
  private boolean serverTls;

  @Option(
      names = "--server-ca",
      paramLabel = "FILE",
      description =
          "PEM certificates that the server may show, or their authorities; else whom Java trusts.")
  private @Nullable Path serverCa;

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description = "The name in the server's certificate, if it is not the one it is reached by.")
  private @Nullable String serverName;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A PEM certificate to show to browsers. With it and its key it speaks https.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The PEM private key of that certificate.")
  private @Nullable Path key;

  @Option(
      names = "--insecure",
      description = "Listen on any address without TLS: whoever is on the way may read along.")
  private boolean insecure;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "A further name that browsers call it by; may be given again.")
  private Set<String> hosts = new LinkedHashSet<>();

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description = "Another site whose pages may call it, https://NAME; may be given again.")
  private Set<String> origins = new LinkedHashSet<>();

  @Option(
      names = "--expose-header",
      paramLabel = "NAME",
      description = "Metadata of answers that those pages may read, beyond gRPC's own.")
  private Set<String> exposedHeaders = new LinkedHashSet<>();

  @Option(names = "--json", description = "Say where it listens as one line of JSON.")
  private boolean json;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that no parent's death leaves it behind.")
  private boolean untilStdinCloses;

  BridgeCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws InterruptedException {
    BridgeConfig config =
        new BridgeConfig(
            listen(),
            target(),
            Cost.callsIn(DirectMemory.mostBytes(), Runtime.getRuntime().maxMemory()));
    try (StopSignal signal = new StopSignal();
        Bridge bridge = Bridge.open(config)) {
      signal.listen();
      announce(config, bridge);
      if (untilStdinCloses) {
        signal.stopAtEndOf(stdin);
      }
      signal.await();
      return 0;
    }
  }

  private BridgeConfig.Listen listen() {
    return new BridgeConfig.Listen(address, port, tls(), insecure, hosts, origins, exposedHeaders);
  }

  private Optional<BridgeConfig.Tls> tls() {
    if (certificate == null && key == null) {
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      throw ConfigException.invalid(
          certificate == null ? "--tls-cert" : "--tls-key", "unset", "both of them, or neither");
    }
    return Optional.of(new BridgeConfig.Tls(certificate, key));
  }

  private ServerTarget target() {
    ServerAddress where =
        ServerAddress.tryParse(server)
            .orElseThrow(
                () ->
                    ConfigException.invalid(
                        "--server",
                        server,
                        "HOST:PORT, for example 127.0.0.1:50051; a name has letters, digits,"
                            + " dots and hyphens"));
    if (!serverTls && (serverCa != null || serverName != null)) {
      throw ConfigException.invalid("--tls", "unset", "set, with --server-ca or --server-name");
    }
    if (serverName != null && !ServerAddress.isName(serverName)) {
      throw ConfigException.invalid("--server-name", serverName, "a name in a certificate");
    }
    if (serverCa != null) {
      BridgeConfig.requireReadable("--server-ca", serverCa);
    }
    return new ServerTarget(
        where,
        serverTls
            ? Optional.of(
                new ServerTarget.Tls(
                    Optional.ofNullable(serverCa), Optional.ofNullable(serverName)))
            : Optional.empty());
  }

  private void announce(BridgeConfig config, Bridge bridge) {
    PrintWriter out = spec.commandLine().getOut();
    String url = url(config.listen(), bridge.port());
    if (json) {
      out.println("{\"url\":\"%s\",\"server\":\"%s\"}".formatted(url, config.server().address()));
    } else {
      out.println("Sideband " + BridgeMain.version() + " lets browsers in at " + url);
      out.println("  server   " + config.server().address());
      out.println("Next:  open " + url + "   (stop with Ctrl-C)");
    }
    out.flush();
  }

  static String url(BridgeConfig.Listen listen, int port) {
    String host = new ServerAddress(listen.address(), port).toString();
    return (listen.tls().isPresent() ? "https://" : "http://") + host;
  }
}
