package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.top.Top;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sideband top}: what a running server is doing, again and again. */
@Command(
    name = "top",
    description = "Show what a running server is doing, live.",
    footerHeading = "%n@|bold What it shows|@%n",
    footer = {
      "  Starts, conversations, sidebands and what became of lost ones, inputs by fate, provider",
      "  errors, tokens and what they cost, subscribers, deliveries and how full the ring before",
      "  them is, the log; and how long each stage of a start takes. 80 columns by 24 rows hold",
      "  it all; what does not fit into its line goes on below if there is room, else +N counts it.",
      "  Rates are of the last two readings. Counts and percentiles are of the last minute, or",
      "  since the server began where that has none; percentiles are interpolated in their buckets.",
      "",
      "  The server must serve its metrics:  ./sideband serve --metrics-port 9464",
      "",
      "@|bold Examples|@",
      "  ./sideband top                       until Ctrl-C",
      "  ./sideband top --once                one screen, of two readings a second apart",
      "  ./sideband top --every 5s >> top.log",
      "  ./sideband top --json | jq '.stages.create_call.p99_ms'"
    })
final class TopCommand implements Callable<Integer> {
  private static final Pattern TIME = Pattern.compile("(\\d{1,7})(ms|s|m|)");
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final RootCommand root;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      defaultValue = Top.DEFAULT,
      description = "Where the server's metrics are. Default: ${DEFAULT-VALUE}.")
  private String metrics = "";

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "How often to read them: 500ms, 1s, 2m. Default: ${DEFAULT-VALUE}.")
  private String every = "";

  @Option(names = "--once", description = "Show one screen, of two readings, and end.")
  private boolean once;

  @Option(names = "--json", description = "Print one JSON object for each reading.")
  private boolean json;

  TopCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  @SuppressWarnings("try") // The registration only has to be there.
  public Integer call() {
    Duration pause = pause(every);
    try (Top top = top();
        CliEnvironment.Registration interrupt =
            root.environment().interrupts().onInterrupt(top::close)) {
      if (once) {
        top.once(pause);
      } else {
        top.run(pause);
      }
    }
    return ExitCode.OK.status();
  }

  private Top top() {
    CliEnvironment environment = root.environment();
    return json
        ? Top.json(metrics, environment.out(), environment.clock(), environment.nanoTime())
        : Top.shown(
            metrics,
            environment.screen(),
            environment.out()::checkError,
            environment.clock(),
            environment.nanoTime());
  }

  private static Duration pause(String text) {
    Matcher time = TIME.matcher(text);
    if (time.matches()) {
      long number = Long.parseLong(time.group(1));
      Duration pause =
          switch (time.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
          };
      if (pause.compareTo(SHORTEST) >= 0 && pause.compareTo(LONGEST) <= 0) {
        return pause;
      }
    }
    throw new CliException(
        ExitCode.USAGE, "--every: " + text + " (expected: 200ms to 10m, for example 1s)");
  }
}
