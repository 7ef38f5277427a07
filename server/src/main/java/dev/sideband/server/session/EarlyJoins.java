package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.RealtimeProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The sidebands that a restart joins at once, beside the reading of their conversations, until each
 * is claimed by its session.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class EarlyJoins {
  private final RealtimeProvider provider;
  private final Places places;
  private final Lanes lanes;
  private final LongSupplier nanoTime;
  private final Map<ConversationId, EarlyJoin> unclaimed = new HashMap<>();
  private boolean closed;

  EarlyJoins(RealtimeProvider provider, Places places, Lanes lanes, LongSupplier nanoTime) {
    this.provider = provider;
    this.places = places;
    this.lanes = lanes;
    this.nanoTime = nanoTime;
  }

  /** Joins a conversation's call, when it is its turn. */
  void begin(ConversationId conversation, CallId call) {
    if (!closed && !unclaimed.containsKey(conversation)) {
      EarlyJoin early = new EarlyJoin(call, provider, lanes, nanoTime);
      unclaimed.put(conversation, early);
      early.begin(places);
    }
  }

  /** A conversation's, if there is one to this call; whoever claims it closes it. */
  Optional<EarlyJoin> claim(ConversationId conversation, Optional<CallId> call) {
    EarlyJoin early = unclaimed.get(conversation);
    if (early == null || !Optional.of(early.call()).equals(call)) {
      return Optional.empty();
    }
    unclaimed.remove(conversation);
    return Optional.of(early);
  }

  /** Nobody will claim a conversation's any more. */
  void drop(ConversationId conversation) {
    EarlyJoin early = unclaimed.remove(conversation);
    if (early != null) {
      early.close();
    }
  }

  /** Drops all, and begins no more. */
  void close() {
    closed = true;
    unclaimed.values().forEach(EarlyJoin::close);
    unclaimed.clear();
  }
}
