package dev.sideband.server.rpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that are open now, for what concerns them all: the passing of time, and going away.
 * Any thread; streams enter when they begin and leave when they end.
 */
final class OpenStreams {
  private final Set<SubscriptionStream> streams = ConcurrentHashMap.newKeySet();
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

  boolean isGoingAway() {
    return goingAway;
  }

  int size() {
    return streams.size();
  }
}
