package dev.sideband.server.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a coordinator: completions first, then commands, then provider events.
 *
 * <p><b>Threads.</b> Anyone posts and never waits; only the coordinator takes and sleeps.
 *
 * <p><b>Full queue.</b> Completions are as many as the operations that the coordinator has started,
 * so they always have room. Commands are refused past {@link #COMMANDS}, reserved ones (Stop, Get,
 * ending) past {@link #RESERVED} more. Provider events are held back at their source: each sideband
 * has at most 64 in here.
 */
final class Lanes {
  /** Ordinary commands that may wait; one more is refused. */
  static final int COMMANDS = 1024;

  /** Places on top, which only reserved commands may take. */
  static final int RESERVED = 256;

  private final Queue<Runnable> completions = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> providerEvents = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCommands = new AtomicInteger();
  private volatile @Nullable Thread sleeper;

  void postCompletion(Runnable completion) {
    completions.add(completion);
    wake();
  }

  void postProviderEvent(Runnable event) {
    providerEvents.add(event);
    wake();
  }

  boolean tryPostCommand(Runnable command) {
    return tryPostCommand(command, COMMANDS);
  }

  boolean tryPostReservedCommand(Runnable command) {
    return tryPostCommand(command, COMMANDS + RESERVED);
  }

  private boolean tryPostCommand(Runnable command, int places) {
    if (waitingCommands.incrementAndGet() > places) {
      waitingCommands.decrementAndGet();
      return false;
    }
    commands.add(command);
    wake();
    return true;
  }

  @Nullable Runnable pollCompletion() {
    return completions.poll();
  }

  @Nullable Runnable pollCommand() {
    Runnable command = commands.poll();
    if (command != null) {
      waitingCommands.decrementAndGet();
    }
    return command;
  }

  @Nullable Runnable pollProviderEvent() {
    return providerEvents.poll();
  }

  /** Sleeps until something is posted or the time is up; may return early. */
  void awaitWork(long nanos) {
    sleeper = Thread.currentThread();
    if (completions.isEmpty() && commands.isEmpty() && providerEvents.isEmpty()) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeper = null;
  }

  /** The same, for a coordinator that can take nothing but completions now. */
  void awaitCompletion(long nanos) {
    sleeper = Thread.currentThread();
    if (completions.isEmpty()) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeper = null;
  }

  /** Lets the coordinator look around. */
  void wake() {
    Thread sleeping = sleeper;
    if (sleeping != null) {
      LockSupport.unpark(sleeping);
    }
  }
}
