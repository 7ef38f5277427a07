package dev.sideband.cli.torture;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.torture.Evidence.Seen;
import dev.sideband.cli.torture.Evidence.View;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A subscriber of one conversation who writes down what it sees, pauses, breaks off, and comes back
 * with {@code after_sequence} until it has seen the end.
 *
 * <p><b>Threads.</b> {@link #run} has one of its own; {@link #pause} by any.
 */
final class Observer implements Runnable {
  private static final int AGAIN_AFTER_MS = 30;

  /** How it behaves. */
  enum Habit {
    /** Follows, and comes back when the connection breaks. */
    FOLLOWS,
    /** Also stops reading every now and then. */
    PAUSES,
    /** Also hangs up every now and then, and comes back. */
    BREAKS_OFF
  }

  private final String conversationId;
  private final Habit habit;
  private final Random random;
  private final ServerCycle server;
  private final Signal over;
  private final Consumer<RealtimeEvent> onEvent;
  private final List<Seen> seen = new ArrayList<>();
  private volatile long pauseMillis;
  private boolean ended;

  /** What every observer needs. */
  record World(ServerCycle server, Signal over, Ledger ledger) {}

  private final Ledger ledger;

  /**
   * Of one conversation.
   *
   * @param onEvent told of every event, in order, on this observer's thread
   */
  Observer(
      World world,
      String conversationId,
      Habit habit,
      Random random,
      Consumer<RealtimeEvent> onEvent) {
    this.server = world.server();
    this.over = world.over();
    this.ledger = world.ledger();
    this.conversationId = conversationId;
    this.habit = habit;
    this.random = random;
    this.onEvent = onEvent;
  }

  /** Reads nothing for so long, from its next batch on. */
  void pause(long millis) {
    pauseMillis = millis;
  }

  @Override
  public void run() {
    while (!ended && !over.isRaised()) {
      server.awaitLink(over).ifPresent(this::follow);
      if (!ended && over.isRaisedWithin(AGAIN_AFTER_MS)) {
        break;
      }
    }
    ledger.add(new View(habit.name().toLowerCase(Locale.ROOT), conversationId, seen));
  }

  private void follow(ServerLink link) {
    long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).sequence();
    SubscribeRequest request =
        SubscribeRequest.newBuilder()
            .setConversationId(conversationId)
            .setAfterSequence(after)
            .setFollow(true)
            .build();
    try (EventFeed feed = link.subscribe(request)) {
      Optional<RealtimeEvents> batch = feed.next();
      while (batch.isPresent() && !over.isRaised()) {
        batch.get().getEventsList().forEach(this::see);
        if (rests()) {
          return;
        }
        batch = feed.next();
      }
    } catch (CliException broken) {
      // The server was killed, or is not ready for this: the run decides when to come back.
    }
  }

  private void see(RealtimeEvent event) {
    if (event.getSequence() > 0) {
      seen.add(new Seen(event.getSequence(), Digest.of(event)));
      ended |= event.hasConversationEnded();
      onEvent.accept(event);
    }
  }

  /** Pauses, if it is time to; says whether it breaks off. */
  private boolean rests() {
    long asked = pauseMillis;
    if (asked > 0) {
      pauseMillis = 0;
      over.isRaisedWithin(asked);
    }
    boolean now = random.nextInt(100) < 2;
    if (now && habit == Habit.PAUSES) {
      over.isRaisedWithin(200 + random.nextInt(1_500));
    }
    return now && habit == Habit.BREAKS_OFF;
  }
}
