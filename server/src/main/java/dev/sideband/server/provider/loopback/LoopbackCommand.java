package dev.sideband.server.provider.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs a loopback as a process of its own until it is told to stop.
 *
 * <p>Exit codes: 0 = its input closed; 2 = could not start, or wrong options.
 *
 * <p><b>Threads.</b> {@link #call} waits on its caller's; {@link #stop} may be called by anyone.
 */
@Command(
    name = "loopback",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs an OpenAI-compatible realtime server without a model, for trying out and testing.")
public final class LoopbackCommand implements Callable<Integer> {
  private final LoopbackEnvironment environment;
  private final InputStream stdin;
  private final CountDownLatch stopped = new CountDownLatch(1);

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
      description = "webrtc answers with a real peer, none for load. Default: ${DEFAULT-VALUE}.")
  private LoopbackConfig.Media media = LoopbackConfig.Media.WEBRTC;

  @Option(
      names = "--api-key",
      defaultValue = "",
      description = "The only key accepted; any if not given.")
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

  @Option(names = "--json", description = "Say where it listens as one line of JSON.")
  private boolean json;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that no parent's death leaves it behind.")
  private boolean untilStdinCloses;

  public LoopbackCommand(LoopbackEnvironment environment, InputStream stdin) {
    this.environment = environment;
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    LoopbackConfig config = config();
    try (LoopbackServer server = LoopbackServer.start(config, environment)) {
      announce(server);
      if (untilStdinCloses) {
        stdin.transferTo(OutputStream.nullOutputStream());
      } else {
        stopped.await();
      }
      return 0;
    } catch (LoopbackException impossible) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("sideband loopback: " + impossible.getMessage());
      err.flush();
      return ExitCode.USAGE;
    }
  }

  /** Makes {@link #call} return, unless it waits for standard input. */
  public void stop() {
    stopped.countDown();
  }

  private void announce(LoopbackServer server) {
    String uri = server.baseUri().toString();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json ? Json.write(Json.object().put("base_uri", uri)) : "loopback listening on " + uri);
    out.flush();
  }

  private LoopbackConfig config() {
    try {
      return new LoopbackConfig(
          address,
          port,
          media,
          apiKey,
          new LoopbackConfig.Delays(
              Duration.ofMillis(createDelayMs),
              Duration.ofMillis(joinDelayMs),
              Duration.ofMillis(deltaDelayMs),
              Duration.ofMillis(echoDelayMs)),
          new LoopbackConfig.Limits(
              Duration.ofMillis(sessionLimitMs), Duration.ofMillis(mediaLimitMs), maxCalls),
          handoffTool);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }
}
