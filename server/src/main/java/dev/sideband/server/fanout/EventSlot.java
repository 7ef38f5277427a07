package dev.sideband.server.fanout;

import dev.sideband.server.log.CommittedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A place in the ring. Written by the log writer, emptied by the fan-out thread; the ring's
 * sequences hand it from one to the other.
 */
final class EventSlot {
  private @Nullable CommittedEvent event;

  void put(CommittedEvent committed) {
    event = committed;
  }

  /** The event, which the slot then holds no longer: a quiet ring must not pin memory. */
  CommittedEvent take() {
    CommittedEvent taken = event;
    if (taken == null) {
      throw new IllegalStateException("slot: empty (expected: an event)");
    }
    event = null;
    return taken;
  }
}
