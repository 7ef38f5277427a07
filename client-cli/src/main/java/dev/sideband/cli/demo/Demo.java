package dev.sideband.cli.demo;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.Screen;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The demo as its command sees it: held against a server that is there, told to a screen, and at
 * the end also to whoever takes the JSON.
 *
 * <p><b>Threads.</b> {@link #hold} by one; {@link #hangUp} by any, for a process that must end.
 */
public final class Demo {
  private final DemoView view;
  private final DemoScript script = DemoScript.recorded();
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable DemoRun> running = new AtomicReference<>();
  private DemoOutcome soFar = DemoOutcome.nothing();

  /** Told to {@code screen}; timed by {@code nanoTime}. */
  public Demo(Screen screen, LongSupplier nanoTime) {
    view = new DemoView(screen);
    this.nanoTime = nanoTime;
  }

  /** How it went: a verdict for the shell, and the whole for a program. */
  public record Result(boolean good, String conversationId, String json) {}

  /** The first line. */
  public void announce(String what) {
    view.opening(what);
  }

  /** Something takes a moment; call it again while it does. */
  public void waiting(String what) {
    view.waiting(what);
  }

  /**
   * Holds the conversation and tells it; when that breaks off, {@link #brokenOff} has what there
   * is.
   *
   * @param next what to suggest at the end, given the conversation's id
   */
  public Result hold(ServerLink link, NextSteps next) {
    try (DemoRun run = new DemoRun(link, view, script, nanoTime)) {
      running.set(run);
      view.calling("hello.wav", script.words());
      DemoOutcome outcome = outcome(run);
      view.summary(outcome);
      view.verdict(outcome, next.after(outcome.isGood(), outcome.conversationId()));
      return new Result(outcome.isGood(), outcome.conversationId(), DemoReport.json(outcome));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
    } finally {
      running.set(null);
    }
  }

  private DemoOutcome outcome(DemoRun run) throws InterruptedException {
    boolean whole = false;
    try {
      DemoOutcome outcome = run.run();
      whole = true;
      return outcome;
    } finally {
      if (!whole) {
        soFar = run.soFar();
      }
    }
  }

  /** The JSON of a demo that {@code failure} ended: the same fields, as far as it came. */
  public String brokenOff(Throwable failure) {
    return DemoReport.brokenOff(soFar, failure);
  }

  /** Ends the conversation that is being held, if one is. */
  public void hangUp() {
    DemoRun run = running.get();
    if (run != null) {
      run.hangUp();
    }
  }

  /** What to suggest at the end. */
  @FunctionalInterface
  public interface NextSteps {
    /** One suggestion a line. */
    List<String> after(boolean good, String conversationId);
  }
}
