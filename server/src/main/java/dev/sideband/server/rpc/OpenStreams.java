package dev.sideband.server.rpc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The streams that are open now, for what concerns them all: the passing of time, and going away.
 * Any thread; streams enter when they begin and leave when they end.
 */
final class OpenStreams {
  private final Set<SubscriptionStream> streams = ConcurrentHashMap.newKeySet();
  // One party is the server, which leaves last; each turn of a stream is another while it lasts.
  private final Phaser turns = new Phaser(1);
  private volatile boolean turnsClosed;
  private volatile boolean goingAway;

  void add(SubscriptionStream stream) {
    streams.add(stream);
    // Looked at after entering, so that a stream either is seen by goAway or sees its flag.
    if (goingAway) {
      stream.goAway();
    }
  }

  void remove(SubscriptionStream stream) {
    streams.remove(stream);
  }

  /** Lets streams that have been silent for long say that they are alive. */
  void tick(long nowNanos) {
    streams.forEach(stream -> stream.tick(nowNanos));
  }

  /** Tells each stream, now and later ones too, that the server is going away, and ends it. */
  void goAway() {
    goingAway = true;
    streams.forEach(SubscriptionStream::goAway);
  }

  /** False when the server's event loops may be gone: a stream must not write any more. */
  boolean tryBeginTurn() {
    if (turns.register() < 0) {
      return false;
    }
    // Looked at after entering, so that a turn either is waited for or sees that it must not begin.
    if (turnsClosed) {
      endTurn();
      return false;
    }
    return true;
  }

  void endTurn() {
    turns.arriveAndDeregister();
  }

  /** Lets no further turn begin, and waits for those that run. Once, when all calls are over. */
  void closeTurns(Duration patience) throws InterruptedException, TimeoutException {
    turnsClosed = true;
    int last = turns.arriveAndDeregister();
    turns.awaitAdvanceInterruptibly(last, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean isGoingAway() {
    return goingAway;
  }

  int size() {
    return streams.size();
  }
}
