package dev.sideband.server.fanout;

import dev.sideband.server.fanout.Delivery.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all subscribers did, in plain counters, and where each one is.
 *
 * <p><b>Threads.</b> Any.
 */
final class Tally {
  private final Set<Progress> open = ConcurrentHashMap.newKeySet();
  private final LongAdder deliveredBytes = new LongAdder();
  private final AtomicLong fellBehind = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Map<Reason, Long> refused = new ConcurrentHashMap<>();

  /** A subscription that is counted from now on, until it ends. */
  Progress opened() {
    Progress progress = new Progress(this);
    open.add(progress);
    return progress;
  }

  /** Safe to repeat. */
  void closed(Progress progress) {
    open.remove(progress);
  }

  void delivered(Delivery delivery) {
    if (delivery instanceof Delivery.Events events) {
      deliveredBytes.add(events.batch().encodedSize());
    } else if (delivery instanceof Delivery.Refused no) {
      refused.merge(no.reason(), 1L, Long::sum);
    }
  }

  void fellBehind() {
    fellBehind.incrementAndGet();
  }

  void dropped() {
    dropped.incrementAndGet();
  }

  /** Looks at every open subscription. */
  FanOutFigures figures(long ringEvents, long ringSlots, long droppedAudioFrames) {
    long live = 0;
    long catchingUp = 0;
    long mostBehind = 0;
    for (Progress progress : open) {
      if (progress.state() == Progress.State.LIVE) {
        live++;
      } else {
        catchingUp++;
      }
      mostBehind = Math.max(mostBehind, progress.lag());
    }
    Map<Reason, Long> refusals = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      refusals.put(reason, refused.getOrDefault(reason, 0L));
    }
    return new FanOutFigures(
        ringEvents,
        ringSlots,
        live,
        catchingUp,
        mostBehind,
        deliveredBytes.sum(),
        fellBehind.get(),
        dropped.get(),
        droppedAudioFrames,
        refusals);
  }
}
