package dev.sideband.server.fanout;

import com.lmax.disruptor.EventHandler;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import dev.sideband.server.log.ConversationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers each event of the ring to whoever subscribed to it.
 *
 * <p><b>Threads.</b> Callbacks and tables belong to the fan-out thread, which learns of
 * subscriptions from a control queue that it empties between batches. {@link #tryRegister} and
 * {@link #unregister} may be called by anyone.
 *
 * <p><b>Full queue.</b> A subscription has at most one registration and one removal queued, so the
 * bound on subscriptions bounds the control queue and a removal always finds room.
 *
 * <p>A subscription that throws is removed and logged; the others do not notice.
 */
final class FanOutHandler implements EventHandler<EventSlot> {
  private static final Logger LOG = LoggerFactory.getLogger(FanOutHandler.class);

  private record Control(Subscription subscription, boolean joins) {}

  private final int maxSubscriptions;
  private final Tally tally;
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final Queue<Control> controls = new ConcurrentLinkedQueue<>();
  private final AtomicLong handledBytes = new AtomicLong();
  private final AtomicLong droppedFrames = new AtomicLong();
  private final Map<ConversationId, List<Subscription>> ofConversation = new HashMap<>();
  private final List<Subscription> ofAll = new ArrayList<>();
  private @Nullable Thread owner;

  FanOutHandler(int maxSubscriptions, Tally tally) {
    this.maxSubscriptions = maxSubscriptions;
    this.tally = tally;
  }

  /** Asks for events to be offered; {@link Subscription#onRegistered} follows. False if full. */
  boolean tryRegister(Subscription subscription) {
    if (subscriptions.incrementAndGet() > maxSubscriptions) {
      subscriptions.decrementAndGet();
      return false;
    }
    controls.add(new Control(subscription, true));
    return true;
  }

  /** Undoes a registration, whether or not it was carried out yet. */
  void unregister(Subscription subscription) {
    controls.add(new Control(subscription, false));
  }

  /** How many bytes of events have gone through. */
  long handledBytes() {
    return handledBytes.get();
  }

  /** How many frames of live audio slow subscribers did not get. */
  long droppedFrames() {
    return droppedFrames.get();
  }

  /** How many subscriptions are registered or about to be. */
  int subscriptions() {
    return subscriptions.get();
  }

  @Override
  public void onStart() {
    owner = Thread.currentThread();
  }

  @Override
  public void onBatchStart(long batchSize, long queueDepth) {
    applyControls();
  }

  @Override
  public void onTimeout(long sequence) {
    applyControls();
  }

  @Override
  public void onEvent(EventSlot slot, long sequence, boolean endOfBatch) {
    assert owner == Thread.currentThread() : "only the fan-out thread offers";
    CommittedEvent event = slot.take();
    offerToEach(ofConversation.getOrDefault(event.conversation(), List.of()), event);
    if (event.kind() != Kind.EPHEMERAL) {
      offerToEach(ofAll, event);
    }
    handledBytes.lazySet(handledBytes.getPlain() + event.event().length);
  }

  private void offerToEach(List<Subscription> listeners, CommittedEvent event) {
    for (int i = 0; i < listeners.size(); i++) {
      Subscription subscription = listeners.get(i);
      try {
        int dropped = subscription.offer(event);
        if (dropped > 0) {
          droppedFrames.lazySet(droppedFrames.getPlain() + dropped);
        }
      } catch (RuntimeException e) {
        drop(subscription, e);
      }
    }
  }

  private void drop(Subscription subscription, RuntimeException why) {
    LOG.error("A subscriber's signal failed; it will hear no more", why);
    tally.dropped();
    subscription.close();
  }

  private void applyControls() {
    assert owner == Thread.currentThread() : "only the fan-out thread keeps the tables";
    for (Control control = controls.poll(); control != null; control = controls.poll()) {
      if (control.joins()) {
        join(control.subscription());
      } else {
        leave(control.subscription());
      }
    }
  }

  private void join(Subscription subscription) {
    if (subscription.isClosed()) {
      subscriptions.decrementAndGet();
      return;
    }
    table(subscription).add(subscription);
    try {
      subscription.onRegistered();
    } catch (RuntimeException e) {
      drop(subscription, e);
    }
  }

  private List<Subscription> table(Subscription subscription) {
    if (subscription.scope() instanceof Scope.OneConversation one) {
      return ofConversation.computeIfAbsent(one.conversation(), id -> new ArrayList<>(2));
    }
    return ofAll;
  }

  private void leave(Subscription subscription) {
    List<Subscription> listeners = table(subscription);
    if (listeners.remove(subscription)) {
      subscriptions.decrementAndGet();
    }
    if (listeners.isEmpty() && subscription.scope() instanceof Scope.OneConversation one) {
      ofConversation.remove(one.conversation());
    }
  }
}
