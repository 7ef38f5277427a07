package dev.sideband.server.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a coordinator does in one turn: some of what waits in its lanes, and what its timers say.
 *
 * <p><b>Order.</b> Timers and completions first, then, while appends may be started, some commands
 * and some provider events.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class CoordinatorLoop {
  private static final int COMPLETIONS_PER_TURN = 256;
  private static final int COMMANDS_PER_TURN = 32;
  private static final int PROVIDER_EVENTS_PER_TURN = 128;

  private final SessionContext context;

  CoordinatorLoop(SessionContext context) {
    this.context = context;
  }

  /**
   * Does some of what there is to do.
   *
   * @return false if there was nothing
   */
  boolean turn() {
    boolean worked = context.timers().runDue();
    Lanes lanes = context.lanes();
    for (int i = 0; i < COMPLETIONS_PER_TURN && runOne(lanes.pollCompletion()); i++) {
      worked = true;
    }
    for (int i = 0; i < COMMANDS_PER_TURN && maySpend() && runOne(lanes.pollCommand()); i++) {
      worked = true;
    }
    for (int i = 0; i < PROVIDER_EVENTS_PER_TURN && maySpend(); i++) {
      if (!runOne(lanes.pollProviderEvent())) {
        break;
      }
      worked = true;
    }
    return worked;
  }

  private static boolean runOne(@Nullable Runnable task) {
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  private boolean maySpend() {
    return !context.credits().isExhausted();
  }

  /** Sleeps until there may be something to do. */
  void await() {
    long nanos = Math.min(context.timers().nanosToNext(), Duration.ofSeconds(1).toNanos());
    if (nanos <= 0) {
      return;
    }
    if (maySpend()) {
      context.lanes().awaitWork(nanos);
    } else {
      context.lanes().awaitCompletion(nanos);
    }
  }
}
