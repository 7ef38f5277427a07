package dev.sideband.cli.torture;

import dev.sideband.v1.RealtimeEvent;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * What callers and observers share: the server, the ledger, and when to fall quiet.
 *
 * <p><b>Threads.</b> Any.
 */
final class Stage {
  private final ServerCycle server;
  private final Ledger ledger;
  private final ExecutorService threads;
  private final Signal quiet = new Signal();
  private final Signal over = new Signal();
  private final ConcurrentLinkedQueue<Observer> observers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Future<?>> running = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> stopLater = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();

  Stage(ServerCycle server, Ledger ledger, ExecutorService threads) {
    this.server = server;
    this.ledger = ledger;
    this.threads = threads;
  }

  ServerCycle server() {
    return server;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Raised when nothing new is to be begun. */
  Signal quiet() {
    return quiet;
  }

  /** Raised when nobody is to wait any longer. */
  Signal over() {
    return over;
  }

  /** Puts an observer of each habit on a conversation; {@code onEvent} hears it once. */
  void observe(String conversationId, Random random, Consumer<RealtimeEvent> onEvent) {
    Observer.World world = new Observer.World(server, over, ledger);
    for (Observer.Habit habit : Observer.Habit.values()) {
      Consumer<RealtimeEvent> hears =
          habit == Observer.Habit.FOLLOWS
              ? event -> {
                ledger.happened(event.hasSidebandRejoined());
                onEvent.accept(event);
              }
              : event -> {};
      Observer observer =
          new Observer(world, conversationId, habit, new Random(random.nextLong()), hears);
      observers.add(observer);
      running.add(threads.submit(observer));
    }
  }

  /** Lets about one in three subscribers read nothing for a while. */
  void pauseSome(Random random) {
    observers.stream()
        .filter(each -> random.nextInt(3) == 0)
        .forEach(observer -> observer.pause(500 + random.nextInt(2_500)));
  }

  /** A conversation that goes on until all is quiet. */
  void stopLater(String conversationId) {
    stopLater.add(conversationId);
  }

  List<String> toStop() {
    return List.copyOf(stopLater);
  }

  /** What went wrong with the torture itself, or was refused that must not be. */
  void trouble(String what) {
    troubles.add(what);
  }

  List<String> troubles() {
    return List.copyOf(troubles);
  }

  /** Whether every observer has seen its end. */
  boolean isSeenOut() {
    return running.stream().allMatch(Future::isDone);
  }
}
