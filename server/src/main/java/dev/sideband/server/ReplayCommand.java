package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sideband replay}: serves recorded conversations as if they happened now. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Serves recorded conversations as if they happened now.",
    footer = {
      "",
      "Whoever subscribes sees the recorded events with their own bytes, ids,",
      "sequences and times, in their order and at their distances, divided by the",
      "speed. Get and List tell how things stood at that moment. Start, Send and Stop",
      "are refused: REPLAY_IS_READ_ONLY. When all events are there it goes on serving.",
      "",
      "A data folder is only read, and no server can have it until the last event is",
      "out. What is stored meanwhile is gone when replay ends.",
      "",
      "Examples:",
      "  ./sideband replay call.pb",
      "  ./sideband replay sideband-data last --speed 4",
      "  ./sideband replay calls.json --speed max --exit",
      "",
      "Exit codes: 0 its input closed, or all is out (--exit); 130, 143 stopped by a",
      "signal; 1 the recording is damaged, or its copy cannot be stored; 2 cannot be",
      "opened."
    })
final class ReplayCommand implements Callable<Integer> {
  private final InputStream stdin;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "A data folder, or a file that export wrote.")
  private Path source = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "ID",
      description = "These only: ids, their first digits, or last.")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "1",
      converter = Speed.Reader.class,
      description = "So many times as fast; max = at once. Default: ${DEFAULT-VALUE}.")
  private Speed speed = Speed.AT_ONCE;

  @Option(
      names = "--address",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Where to listen. Default: ${DEFAULT-VALUE}.")
  private String address = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "50051",
      description = "For gRPC; 0 = any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--insecure", description = "Listen on any address: whoever reaches it may read.")
  private boolean insecure;

  @Option(names = "--exit", description = "End when the last event is out.")
  private boolean exit;

  @Option(names = "--json", description = "Say what it serves as one line of JSON.")
  private boolean json;

  @Option(names = "--until-stdin-closes", description = "Stop when standard input ends.")
  private boolean untilStdinCloses;

  ReplayCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig.Grpc grpc = grpc();
    try (StopSignal signal = new StopSignal()) {
      signal.listen(); // Before there is anything that must not stay behind.
      try (TemporaryFolder temporary = TemporaryFolder.make("sideband-replay-");
          Replay replay =
              Replay.open(new Replay.Source(source, ids, speed), grpc, temporary.path())) {
        return play(replay, signal);
      }
    }
  }

  private int play(Replay replay, StopSignal signal) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ReplayView view = new ReplayView(replay, out, ReplayView.isOnTerminal() && !json);
    announce(replay, view);
    if (untilStdinCloses) {
      signal.stopAtEndOf(stdin);
    }
    CompletableFuture<Optional<Throwable>> outcome =
        replay
            .feed()
            .done()
            .handle((nothing, failure) -> Optional.<Throwable>ofNullable(failure))
            .toCompletableFuture();
    var unused = outcome.thenAccept(failure -> over(failure, view, signal));
    view.begin();
    replay.start();
    signal.await();
    view.close();
    Optional<Throwable> failure = outcome.getNow(Optional.empty());
    failure.ifPresent(this::complain);
    return failure.isPresent() ? 1 : 0;
  }

  private void over(Optional<Throwable> failure, ReplayView view, StopSignal signal) {
    if (failure.isEmpty() && !json) {
      view.finished(exit);
    }
    if (exit || failure.isPresent()) {
      signal.stop();
    }
  }

  private void complain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    spec.commandLine().getErr().println("sideband replay: " + cause.getMessage());
    spec.commandLine().getErr().flush();
  }

  private void announce(Replay replay, ReplayView view) throws IOException {
    String listens = address + ":" + replay.port();
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("address", listens);
      line.put("conversations", replay.feed().conversations());
      line.put("events", replay.feed().events());
      line.put("seconds", replay.feed().length().toMillis() / 1e3);
      PrintWriter out = spec.commandLine().getOut();
      out.println(new ObjectMapper().writeValueAsString(line));
      out.flush();
    } else {
      view.announce(source, speed, listens);
    }
  }

  private ServerConfig.Grpc grpc() {
    try {
      return new ServerConfig.Grpc(address, port, Optional.empty(), Optional.empty(), insecure);
    } catch (ConfigException e) {
      String text = String.valueOf(e.getMessage());
      throw text.startsWith("grpc.address")
          ? ConfigException.invalid("--address", address, "a loopback address, or --insecure")
          : e;
    }
  }
}
