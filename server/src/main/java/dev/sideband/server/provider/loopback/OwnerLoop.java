package dev.sideband.server.provider.loopback;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The one event loop that owns every call, session and socket of a loopback.
 *
 * <p><b>Threads.</b> {@link #run} and {@link #ask} may be called by anyone, native callbacks
 * included; the rest by the loop itself.
 */
final class OwnerLoop {
  private final Vertx vertx;
  private final Context context;
  private final LoopbackEnvironment environment;
  private final Ids ids;
  private final Thread owner;

  private OwnerLoop(Vertx vertx, Context context, LoopbackEnvironment environment, Thread owner) {
    this.vertx = vertx;
    this.context = context;
    this.environment = environment;
    this.ids = new Ids(environment.randomIds());
    this.owner = owner;
  }

  /** Waits for the loop's thread to say who it is. */
  static OwnerLoop of(Vertx vertx, LoopbackEnvironment environment) {
    Context context = vertx.getOrCreateContext();
    CompletableFuture<Thread> owner = new CompletableFuture<>();
    context.runOnContext(ignored -> owner.complete(Thread.currentThread()));
    return new OwnerLoop(vertx, context, environment, owner.join());
  }

  /** Whether the calling thread is the owner; for assertions. */
  boolean isCurrent() {
    return Thread.currentThread() == owner;
  }

  /** Runs something on the loop, after this; nothing once the loopback is closed. */
  void run(Runnable task) {
    try {
      context.runOnContext(ignored -> task.run());
    } catch (RejectedExecutionException closed) {
      // A native callback that was under way while its peer and then the loop closed.
      assert !isCurrent();
    }
  }

  /** Runs something on the loop and waits for its result. Never called by the loop. */
  <T> T ask(Callable<T> question) {
    assert !isCurrent();
    CompletableFuture<T> answer = new CompletableFuture<>();
    context.runOnContext(
        ignored -> {
          try {
            answer.complete(question.call());
          } catch (Exception failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer.join();
  }

  /** Runs something later. Without a delay it still runs after what runs now. */
  Timer after(Duration delay, Runnable task) {
    assert isCurrent();
    if (delay.isZero()) {
      Timer timer = new Timer(-1);
      run(
          () -> {
            if (!timer.cancelled) {
              task.run();
            }
          });
      return timer;
    }
    return new Timer(vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> task.run()));
  }

  Vertx vertx() {
    return vertx;
  }

  Context context() {
    return context;
  }

  Ids ids() {
    return ids;
  }

  long nanoTime() {
    return environment.nanoTime().getAsLong();
  }

  long unixSeconds() {
    return environment.time().instant().getEpochSecond();
  }

  /** Something that was going to happen. */
  final class Timer {
    private final long id;
    private boolean cancelled;

    private Timer(long id) {
      this.id = id;
    }

    /** Safe to repeat, and after the fact. */
    void cancel() {
      assert isCurrent();
      cancelled = true;
      if (id >= 0) {
        vertx.cancelTimer(id);
      }
    }
  }
}
