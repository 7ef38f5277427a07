package dev.sideband.cli;

import dev.sideband.cli.demo.Demo;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.server.ServerProcess;
import dev.sideband.cli.server.ServerTarget;
import dev.sideband.cli.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sideband demo}: one real conversation, with nothing set up, checked from end to end. */
@Command(
    name = "demo",
    description = "Hold one real conversation here and now, and check all of it.",
    footerHeading = "%n@|bold What it does|@%n",
    footer = {
      "  Starts a server with the embedded provider, places a WebRTC call with recorded speech as",
      "  the microphone, answers one handoff, listens to the answer, and hangs up. It needs no key,",
      "  no network and no sound card, and never talks to OpenAI.",
      "",
      "  With --server it calls through a server that is running, and whoever holds its calls:",
      "  only then may that be OpenAI. $SIDEBAND_SERVER is not looked at.",
      "",
      "@|bold Examples|@",
      "  ./sideband demo",
      "  ./sideband demo --json | jq .milestones",
      "  ./sideband demo --server 127.0.0.1:50051"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int READY_WITHIN_S = 30;
  private static final int TICK_MS = 90;

  private final RootCommand root;

  @Option(names = "--json", description = "Print one JSON object instead, also when it fails.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the event log, to look at it again.")
  private boolean keep;

  DemoCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    CliEnvironment environment = root.environment();
    Demo demo = new Demo(json ? Screen.silent() : environment.screen(), environment.nanoTime());
    try {
      Demo.Result result = hold(demo);
      if (json) {
        environment.out().println(result.json());
      }
      return (result.good() ? ExitCode.OK : ExitCode.FAILED).status();
    } catch (RuntimeException | Error e) {
      // Native libraries throw plain errors. Whoever reads the JSON gets one object in any case.
      if (json) {
        environment.out().println(demo.brokenOff(e));
      }
      throw e;
    }
  }

  private Demo.Result hold(Demo demo) {
    Optional<ServerTarget> named = root.askedTarget();
    return named.isPresent() ? through(demo, named.get()) : withServerOfItsOwn(demo);
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private Demo.Result through(Demo demo, ServerTarget target) {
    demo.announce("server at " + target);
    try (ServerLink link = root.connect(target);
        CliEnvironment.Registration interrupt =
            root.environment().interrupts().onInterrupt(demo::hangUp)) {
      return demo.hold(
          link,
          (good, id) ->
              id.isEmpty() ? List.of() : List.of("./sideband show " + id + " --timeline"));
    }
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private Demo.Result withServerOfItsOwn(Demo demo) {
    Path launcher =
        Launcher.of(root, "demo", "or call through a running server:  --server HOST:PORT");
    Path data = TemporaryFolder.make("sideband-demo-");
    boolean good = false;
    try (ServerProcess process = ServerProcess.launch(launcher, data);
        CliEnvironment.Registration interrupt =
            root.environment().interrupts().onInterrupt(process::close)) {
      ServerProcess.Ready ready = await(demo, process);
      String log = keep ? ready.log() : "in a temporary folder";
      demo.announce("embedded provider (" + ready.provider() + ")   log: " + log);
      ServerTarget target = ServerTarget.parse(ready.address(), false, null);
      try (ServerLink link = root.connect(target)) {
        Demo.Result result = demo.hold(link, (worked, id) -> next(worked, id, data));
        good = result.good();
        return result;
      }
    } finally {
      if (good && !keep) {
        TemporaryFolder.delete(data);
      }
    }
  }

  private List<String> next(boolean good, String id, Path data) {
    if (!good) {
      return List.of("", "what the server said:  " + data.resolve("server.err"));
    }
    String again = "./sideband show " + id + " --timeline";
    return keep
        ? List.of("./sideband serve --data " + data.resolve("log"), again)
        : List.of(
            "./sideband serve      a server that stays",
            "./sideband talk       in another window: speak with it",
            "./sideband --help     what else there is");
  }

  private static ServerProcess.Ready await(Demo demo, ServerProcess process) {
    CompletableFuture<ServerProcess.Ready> ready =
        CompletableFuture.supplyAsync(process::awaitReady);
    for (int ticks = 0; ticks * TICK_MS < READY_WITHIN_S * 1_000; ticks++) {
      try {
        return ready.get(TICK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        demo.waiting("starting a server ...");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CliException failure
            ? failure
            : new CliException(ExitCode.FAILED, e, "the server did not start: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
      }
    }
    throw new CliException(
        ExitCode.FAILED,
        "the server was not ready within " + READY_WITHIN_S + " s",
        "it said: " + process.lastWords());
  }
}
