package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.torture.Torture;
import dev.sideband.cli.torture.TorturePlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sideband torture}: kills the server again and again, and checks that nothing was lost. */
@Command(
    name = "torture",
    description = "Kill a server again and again under load, and check that nothing was lost.",
    footerHeading = "%n@|bold What it does|@%n",
    footer = {
      "  Starts a provider (a loopback) and a server of its own, in a temporary folder, and holds",
      "  conversations with several subscribers each; two are real WebRTC calls. Meanwhile it kills",
      "  the server (SIGKILL) at random instants and restarts it, drops and refuses sidebands,",
      "  stalls the provider, pauses subscribers, and fills the disk where it may mount one, over",
      "  kills too. Then it lays beside each other what clients were told, what the log holds and",
      "  what the provider saw, and verifies the data folder. It never talks to OpenAI.",
      "",
      "  It fails on any loss, and when too little happened to say that there is none: each minute",
      "  needs at least 4 kills, 2000 events, 200 acknowledged inputs and 20 rejoins. A busy machine",
      "  is given up to four times the minutes for them.",
      "",
      "@|bold Examples|@",
      "  ./sideband torture",
      "  ./sideband torture --minutes 10 --conversations 40",
      "  ./sideband torture --seed 7 --json | jq .losses"
    })
final class TortureCommand implements Callable<Integer> {
  private static final int MEDIA_LEGS = 2;

  private final RootCommand root;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long harm is done; 0.5 is half of one. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Throw the same dice again; a random one is shown if not given.")
  private @Nullable Long seed;

  @Option(
      names = "--conversations",
      paramLabel = "N",
      defaultValue = "12",
      description = "How many are held at a time. Default: ${DEFAULT-VALUE}.")
  private int conversations;

  @Option(names = "--json", description = "Print one JSON object instead, also when it fails.")
  private boolean json;

  @Option(names = "--keep", description = "Keep its folder; it is kept in any case on a failure.")
  private boolean keep;

  TortureCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  @SuppressWarnings("try") // The registration only has to be there.
  public Integer call() {
    CliEnvironment environment = root.environment();
    Path launcher = Launcher.of(root, "torture");
    Path folder = TemporaryFolder.make("sideband-torture-");
    boolean good = false;
    Screen screen = json ? Screen.silent() : environment.screen();
    try (Torture torture = new Torture(plan(launcher, folder), screen, environment.nanoTime());
        CliEnvironment.Registration interrupt =
            environment.interrupts().onInterrupt(torture::close)) {
      good = run(torture);
    } finally {
      if (good && !keep) {
        TemporaryFolder.delete(folder);
      }
    }
    return (good ? ExitCode.OK : ExitCode.FAILED).status();
  }

  private boolean run(Torture torture) {
    try {
      Torture.Result result = torture.run();
      if (json) {
        root.environment().out().println(result.json());
      }
      return result.good();
    } catch (RuntimeException | Error e) {
      // Native libraries throw plain errors. Whoever reads the JSON gets one object in any case.
      if (json) {
        root.environment().out().println(torture.brokenOff(e));
      }
      throw e;
    }
  }

  private TorturePlan plan(Path launcher, Path folder) {
    try {
      return new TorturePlan(
          Duration.ofMillis((long) (minutes * 60_000)),
          seed == null ? new Random().nextInt(1_000_000) : seed,
          conversations,
          Math.min(MEDIA_LEGS, conversations),
          launcher,
          folder);
    } catch (IllegalArgumentException e) {
      TemporaryFolder.delete(folder);
      throw new CliException(ExitCode.USAGE, e, "torture: " + e.getMessage());
    }
  }
}
