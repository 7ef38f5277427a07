package dev.sideband.cli.torture;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.LoopbackControl;
import dev.sideband.cli.server.LoopbackProcess;
import dev.sideband.cli.server.ServerProcess;
import dev.sideband.cli.terminal.Screen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The torture as its command sees it: everything is built, harmed, brought to rest and judged.
 *
 * <p><b>Threads.</b> {@link #run} by one; {@link #close} by any, any number of times, also while it
 * runs: it ends every process and unmounts what was mounted.
 */
public final class Torture implements AutoCloseable {
  private static final int WITNESSED = 2_000_000;
  private static final int READY_WITHIN_MS = 60_000;
  private static final int TICK_MS = 90;

  private final TorturePlan plan;
  private final TortureView view;
  private final LongSupplier nanoTime;
  private final Ledger ledger = new Ledger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService microphones = Executors.newScheduledThreadPool(1);
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closed;

  /** To be told to a screen, and timed. */
  public Torture(TorturePlan plan, Screen screen, LongSupplier nanoTime) {
    this.plan = plan;
    this.nanoTime = nanoTime;
    view = new TortureView(screen, plan.length());
  }

  /** How it went: a verdict for the shell, and the whole for a program. */
  public record Result(boolean good, String json) {}

  /** Does all of it. */
  public Result run() {
    Path data = folder("data");
    Optional<Disk> disk = Disk.tryMount(data, plan.length().toMinutes() + 1);
    disk.ifPresent(this::opened);
    URI base = await("starting a loopback", opened(loopback())::awaitReady);
    LoopbackControl provider = new LoopbackControl(base);
    ServerCycle server = opened(new ServerCycle(() -> launch(data, base, disk.isPresent())));
    Stage stage = new Stage(server, ledger, threads);
    opened(stage.over()::raise);
    server.launch();
    await(
        "starting a server",
        () -> {
          server.awaitReady();
          return true;
        });
    view.opening(plan, disk.isPresent());
    TortureOutcome outcome = harm(stage, provider, disk, log(data));
    view.summary(outcome);
    if (!outcome.isGood()) {
      disk.ifPresent(mounted -> mounted.isCopiedTo(plan.folder().resolve("data-kept")));
    }
    view.verdict(outcome, next(outcome));
    return new Result(outcome.isGood(), TortureReport.json(plan, outcome));
  }

  private static Path log(Path data) {
    return data.resolve("log");
  }

  private TortureOutcome harm(
      Stage stage, LoopbackControl provider, Optional<Disk> disk, Path log) {
    Random random = new Random(plan.seed());
    List<MediaLeg> legs = legs();
    List<Future<?>> callers = new ArrayList<>();
    for (int place = 0; place < plan.conversations(); place++) {
      Optional<MediaLeg> leg =
          place < legs.size() ? Optional.of(legs.get(place)) : Optional.empty();
      Random own = new Random(random.nextLong());
      callers.add(threads.submit(new Caller(stage, place, own, leg)));
    }
    Pulse pulse = new Pulse(view, ledger, nanoTime, stage.over());
    Mischief mischief = new Mischief(stage, provider, pulse, disk, random);
    new Supervisor(stage, provider, pulse, mischief, legs).torment(plan);
    Reckoning reckoning = new Reckoning(stage, provider, pulse, plan.patience());
    reckoning.bringToRest(callers);
    Evidence evidence = reckoning.evidence(() -> FolderCheck.of(plan, log));
    callers.forEach(caller -> failureOf(caller).ifPresent(stage::trouble));
    return judge(evidence, stage.troubles(), disk.isPresent());
  }

  private TortureOutcome judge(Evidence evidence, List<String> troubles, boolean diskFilled) {
    Tally seen = ledger.tally();
    Tally tally =
        new Tally(
            seen.kills(),
            Checks.events(evidence.log()),
            seen.inputs(),
            Checks.rejoins(evidence.log()));
    return new TortureOutcome(
        tally,
        Checks.of(evidence),
        troubles,
        Minimum.of(plan.length()).missedBy(tally),
        RejoinTimes.of(evidence.comebacks()),
        diskFilled);
  }

  private List<MediaLeg> legs() {
    List<MediaLeg> legs = new ArrayList<>();
    for (int i = 0; i < plan.media(); i++) {
      legs.add(opened(new MediaLeg(microphones)));
    }
    return legs;
  }

  private static Optional<String> failureOf(Future<?> caller) {
    try {
      caller.get(0, TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of("a caller failed: " + e.getCause());
    } catch (TimeoutException e) {
      return Optional.of("a caller did not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private LoopbackProcess loopback() {
    return LoopbackProcess.launch(plan.launcher(), plan.folder(), WITNESSED);
  }

  private ServerProcess launch(Path data, URI base, boolean onSmallDisk) {
    List<String> settings = new ArrayList<>(List.of("session.on-exit=leave"));
    if (onSmallDisk) {
      settings.add("log.rocksdb.min-free=" + Disk.MIN_FREE);
    }
    return ServerProcess.launch(plan.launcher(), plan.folder(), log(data), base, settings);
  }

  private <T> T await(String what, Supplier<T> step) {
    CompletableFuture<T> done = CompletableFuture.supplyAsync(step, threads);
    for (int waited = 0; waited < READY_WITHIN_MS; waited += TICK_MS) {
      try {
        return done.get(TICK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        view.waiting(what + " ...");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CliException failure
            ? failure
            : new CliException(ExitCode.FAILED, e, what + " failed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
      }
    }
    throw new CliException(ExitCode.FAILED, what + " took more than a minute");
  }

  private Path folder(String name) {
    try {
      return Files.createDirectory(plan.folder().resolve(name));
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, e, "cannot make a folder: " + e.getMessage(), "check TMPDIR");
    }
  }

  private List<String> next(TortureOutcome outcome) {
    return outcome.isGood()
        ? List.of()
        : List.of(
            "./sideband torture --seed " + plan.seed(),
            "what the server said, and its data:  " + plan.folder());
  }

  /** The JSON of a torture that {@code failure} ended. */
  public String brokenOff(Throwable failure) {
    return TortureReport.brokenOff(plan, failure);
  }

  private synchronized <T extends AutoCloseable> T opened(T each) {
    opened.push(each);
    return each;
  }

  /** Ends every process, and unmounts what was mounted. */
  @Override
  public void close() {
    Deque<AutoCloseable> closing;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      closing = new ArrayDeque<>(opened);
    }
    // Microphones first: a frame that is pushed into a closed call ends the process.
    microphones.shutdownNow();
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (Exception e) {
        // The rest is to be closed all the same.
      }
    }
    threads.shutdownNow();
  }
}
