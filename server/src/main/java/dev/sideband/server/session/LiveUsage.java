package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the conversations in the coordinators' tables have used so far, as far as it is durable: the
 * log has no place where that is quickly found.
 *
 * <p><b>Threads.</b> Each conversation's is told by its coordinator; any may ask.
 */
final class LiveUsage {
  private final Map<ConversationId, Usage> totals = new ConcurrentHashMap<>();

  void tell(ConversationId id, Usage total) {
    if (!total.equals(Usage.getDefaultInstance())) {
      totals.put(id, total);
    }
  }

  /** It has left the table. */
  void forget(ConversationId id) {
    totals.remove(id);
  }

  /** Empty if it used nothing, or is in no table (yet). */
  Optional<Usage> of(ConversationId id) {
    return Optional.ofNullable(totals.get(id));
  }
}
