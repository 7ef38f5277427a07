package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sideband.server.provider.loopback.LoopbackConfig;
import dev.sideband.server.provider.loopback.LoopbackException;
import dev.sideband.server.provider.loopback.LoopbackScript;
import dev.sideband.server.provider.loopback.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sideband loopback}: runs a loopback as a process of its own until it is told to stop. */
@Command(
    name = "loopback",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Run an OpenAI-compatible realtime server without a model, for trying out and testing.",
    footer = {
      "",
      "Examples:",
      "  ./sideband loopback --port 8089",
      "  ./sideband loopback --port 8089 --script call.pb",
      "and for either, elsewhere:",
      "  export OPENAI_API_KEY=any",
      "  ./sideband serve --set openai.base-url=http://127.0.0.1:8089/v1",
      "",
      "Exit codes: 0 its input closed; 130, 143 stopped by a signal; 1 failed; 2 not",
      "configured right."
    })
final class LoopbackCommand implements Callable<Integer> {
  private final InputStream stdin;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--address",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  private String address = "";

  @Option(
      names = "--port",
      defaultValue = "0",
      description = "Port to listen on; 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--media",
      defaultValue = "WEBRTC",
      description = {
        "webrtc answers with a real peer, none for load; mixed does both, by whether the offer has",
        "candidates. Default: ${DEFAULT-VALUE}."
      })
  private LoopbackConfig.Media media = LoopbackConfig.Media.WEBRTC;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A PEM certificate. With it and its key it speaks https and wss only.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The PEM private key of that certificate.")
  private @Nullable Path key;

  @Option(
      names = "--api-key",
      defaultValue = "",
      description = "The only key accepted; any, but not none, if not given.")
  private String apiKey = "";

  @Option(
      names = "--create-delay-ms",
      defaultValue = "0",
      description = "Time a create takes. Default: ${DEFAULT-VALUE}.")
  private long createDelayMs;

  @Option(
      names = "--join-delay-ms",
      defaultValue = "0",
      description = "Time before an upgrade is answered. Default: ${DEFAULT-VALUE}.")
  private long joinDelayMs;

  @Option(
      names = "--delta-delay-ms",
      defaultValue = "15",
      description = "Time between two pieces of a reply. Default: ${DEFAULT-VALUE}.")
  private long deltaDelayMs;

  @Option(
      names = "--echo-delay-ms",
      defaultValue = "50",
      description = "Time between a voice and its echo. Default: ${DEFAULT-VALUE}.")
  private long echoDelayMs;

  @Option(
      names = "--session-limit-ms",
      defaultValue = "3600000",
      description = "How long a session may last. Default: ${DEFAULT-VALUE}.")
  private long sessionLimitMs;

  @Option(
      names = "--media-limit-ms",
      defaultValue = "60000",
      description = "How long a call may take to connect its media. Default: ${DEFAULT-VALUE}.")
  private long mediaLimitMs;

  @Option(
      names = "--max-calls",
      defaultValue = "10000",
      description = "How many calls may be live. Default: ${DEFAULT-VALUE}.")
  private int maxCalls;

  @Option(
      names = "--handoff-tool",
      defaultValue = "background_agent",
      description = "The function that the assistant calls. Default: ${DEFAULT-VALUE}.")
  private String handoffTool = "";

  @Option(
      names = "--witness",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Write down the first N client events and what became of each, to be read at",
        "BASE/loopback/witness?after=0. Default: ${DEFAULT-VALUE}."
      })
  private int witness;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description =
          "Calls hear what a provider said in the ones of this file, in turn, before they meet the"
              + " assistant. A file of export --with-private.")
  private @Nullable Path script;

  @Option(
      names = "--script-speed",
      paramLabel = "N",
      defaultValue = "max",
      converter = Speed.Reader.class,
      description =
          "So many times as fast is said what answers nothing that the client did; max = at once."
              + " Default: ${DEFAULT-VALUE}.")
  private Speed scriptSpeed = Speed.AT_ONCE;

  @Option(names = "--json", description = "Say where it listens as one line of JSON.")
  private boolean json;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that no parent's death leaves it behind.")
  private boolean untilStdinCloses;

  LoopbackCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    LoopbackConfig config = config();
    LoopbackScript played =
        script == null ? LoopbackScript.NONE : ScriptFile.read(script, scriptSpeed);
    try (StopSignal signal = new StopSignal();
        LoopbackServer server = LoopbackServer.start(config, Providers.environment(), played)) {
      signal.listen();
      announce(server, played);
      if (untilStdinCloses) {
        signal.stopAtEndOf(stdin);
      }
      signal.await();
      return 0;
    } catch (LoopbackException impossible) {
      throw OpeningFailures.asConfigException(
          new BindFailures.Place("--address", address, "--port", port, "--port"), "", impossible);
    }
  }

  private void announce(LoopbackServer server, LoopbackScript played) throws IOException {
    String uri = server.baseUri().toString();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json
            ? new ObjectMapper().writeValueAsString(Map.of("base_uri", uri))
            : "loopback listening on " + uri);
    if (script != null && !json) {
      out.println(
          "  script   %s: %s, %s"
              .formatted(
                  script.toAbsolutePath().normalize(),
                  VerifyCommand.counted(played.calls().size(), "call"),
                  VerifyCommand.counted(played.lines(), "message")));
    }
    out.flush();
  }

  private LoopbackConfig config() {
    try {
      return new LoopbackConfig(
          address,
          port,
          media,
          tls(),
          apiKey,
          new LoopbackConfig.Delays(
              Duration.ofMillis(createDelayMs),
              Duration.ofMillis(joinDelayMs),
              Duration.ofMillis(deltaDelayMs),
              Duration.ofMillis(echoDelayMs)),
          new LoopbackConfig.Limits(
              Duration.ofMillis(sessionLimitMs), Duration.ofMillis(mediaLimitMs), maxCalls),
          handoffTool,
          witness);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private Optional<LoopbackConfig.Tls> tls() {
    if (certificate == null && key == null) {
      return Optional.empty();
    }
    return Optional.of(
        new LoopbackConfig.Tls(readable("--tls-cert", certificate), readable("--tls-key", key)));
  }

  private static Path readable(String flag, @Nullable Path file) {
    if (file == null) {
      throw ConfigException.invalid(flag, "missing", "--tls-cert and --tls-key, or neither");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw ConfigException.invalid(flag, file, "a file that can be read");
    }
    return file;
  }
}
