package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sideband serve}: runs the server until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Run the server until Ctrl-C.",
    footer = {
      "",
      "With an API key in OPENAI_API_KEY calls are held by OpenAI, otherwise by the loopback, an",
      "OpenAI-compatible stand-in inside this process that costs nothing.",
      "",
      "Examples:",
      "  ./sideband serve",
      "  ./sideband serve --port 6000 --data /var/lib/sideband",
      "  ./sideband serve --config sideband.yaml --set session.idle-timeout=5m",
      "  ./sideband serve --address 0.0.0.0 --insecure      on a network of your own only",
      "  ./sideband serve --no-console                      gRPC only, no page for browsers",
      "  ./sideband serve --metrics-port 9464",
      "  ./sideband serve --otel otel-config/sdk.yaml       traces, metrics, logs to a collector",
      "",
      "Exit codes: 0 its input closed; 130, 143 stopped by a signal; 1 failed; 2 not configured",
      "right; 74 the log could not be written."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int EXIT_LOG_FAILED = 74; // EX_IOERR of sysexits.h.

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "A YAML file; flags override it.")
  private @Nullable Path config;

  @Option(names = "--address", paramLabel = "HOST", description = "Where to listen (127.0.0.1).")
  private @Nullable String address;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "For gRPC (50051); 0 = any free one.")
  private @Nullable String port;

  @Option(
      names = "--insecure",
      description = "Listen on any address without TLS and tokens: whoever reaches it may call.")
  private boolean insecure;

  @Option(names = "--data", paramLabel = "DIR", description = "The data folder (./sideband-data).")
  private @Nullable String data;

  @Option(names = "--provider", paramLabel = "NAME", description = "openai or loopback.")
  private @Nullable String provider;

  @Option(
      names = "--otel",
      paramLabel = "FILE",
      description = "Export as this OpenTelemetry configuration says (otel-config/sdk.yaml).")
  private @Nullable String otel;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "Serve metrics to Prometheus on 127.0.0.1; 0 = any free port.")
  private @Nullable String metricsPort;

  @Option(
      names = "--console-port",
      paramLabel = "PORT",
      description = "For the console page on 127.0.0.1 (8080); 0 = any free one, off = none.")
  private @Nullable String consolePort;

  @Option(names = "--no-console", description = "As --console-port off.")
  private boolean noConsole;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of the configuration, such as session.max-duration=10m.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "Say where it listens as one line of JSON.")
  private boolean json;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that no parent's death leaves it behind.")
  private boolean untilStdinCloses;

  private final InputStream stdin;

  ServeCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    ServerConfig loaded =
        ServerConfig.load(
            Optional.ofNullable(config), flags(), name -> Optional.ofNullable(System.getenv(name)));
    Optional<Console> console = console(loaded);
    try (StopSignal signal = new StopSignal();
        Closing last = new Closing();
        Telemetry telemetry = Telemetry.open(loaded.telemetry());
        Server server = Server.open(loaded, telemetry, ServeCommand::halt)) {
      signal.listen();
      announce(loaded, server, telemetry.metricsPort());
      // Closed after the server, so that pages hear that it goes.
      console.ifPresent(each -> last.add("console", each).start(server.port()));
      if (untilStdinCloses) {
        signal.stopAtEndOf(stdin);
      }
      signal.await();
      console.ifPresent(Console::leaving);
      return 0;
    }
  }

  /** One can be started only by the launcher, which says where it is. */
  private Optional<Console> console(ServerConfig loaded) {
    String launcher = System.getProperty("sideband.launcher");
    return launcher == null || loaded.console().port().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Console(
                new ConsoleOrder(
                    Path.of(launcher), loaded.console().port().getAsInt(), loaded.grpc()),
                Console.Patience.USUAL,
                this::announceConsole,
                System.err));
  }

  private void announceConsole(String url) {
    PrintWriter out = commandLine().commandLine().getOut();
    out.println(json ? "{\"console\":\"" + url + "\"}" : "Console:  " + url);
    out.flush();
  }

  /** Nothing may be told durable any more, so nothing may go on: not even closing. */
  static void halt(Throwable cause) {
    System.err.println("sideband: the event log could not be written; halting: " + cause);
    Runtime.getRuntime().halt(EXIT_LOG_FAILED);
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    put(flags, "grpc.address", address);
    put(flags, "grpc.port", port);
    put(flags, "grpc.insecure", insecure ? "true" : null);
    put(flags, "log.rocksdb.path", data);
    put(flags, "provider", provider);
    put(flags, "telemetry.otel", otel);
    put(flags, "telemetry.metrics-port", metricsPort);
    put(flags, ConsoleConfig.PORT_KEY, consolePort);
    put(flags, ConsoleConfig.PORT_KEY, noConsole ? ConsoleConfig.OFF : null);
    return flags;
  }

  private void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (flags.put(key, value) != null) {
      throw new ParameterException(commandLine().commandLine(), key + ": set twice");
    }
  }

  private CommandSpec commandLine() {
    if (spec == null) {
      throw new IllegalStateException("called outside a command line");
    }
    return spec;
  }

  private void announce(ServerConfig loaded, Server server, OptionalInt metricsPort)
      throws IOException {
    PrintWriter out = commandLine().commandLine().getOut();
    String listens = loaded.grpc().address() + ":" + server.port();
    Path log = loaded.log().path();
    Optional<String> metrics =
        metricsPort.stream().mapToObj(at -> "http://127.0.0.1:" + at + "/metrics").findFirst();
    if (json) {
      Map<String, String> line = new LinkedHashMap<>();
      line.put("address", listens);
      line.put("provider", loaded.provider().name().toLowerCase(java.util.Locale.ROOT));
      line.put("log", log.toAbsolutePath().normalize().toString());
      metrics.ifPresent(url -> line.put("metrics", url));
      out.println(new ObjectMapper().writeValueAsString(line));
    } else {
      out.println("Sideband " + ServerMain.version() + " serves gRPC on " + listens);
      out.println("  calls    " + holder(loaded));
      out.println("  events   " + log.toAbsolutePath().normalize());
      metrics.ifPresent(url -> out.println("  metrics  " + url));
      out.println("Next:  ./sideband talk   or   ./sideband watch   (stop with Ctrl-C)");
    }
    out.flush();
  }

  private static String holder(ServerConfig loaded) {
    return switch (loaded.provider()) {
      case OPENAI -> "OpenAI, at " + loaded.openAi().baseUrl().getHost();
      case LOOPBACK -> "the loopback, inside this process (set OPENAI_API_KEY for OpenAI)";
    };
  }
}
