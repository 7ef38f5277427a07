package dev.sideband.server.fanout;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A subscriber that can stall. It drains on an executor, one turn at a time, as a stream to a
 * client does, and keeps what it was given.
 */
final class Follower implements Runnable {
  private final Executor drainers;
  private final AtomicInteger wakes = new AtomicInteger();
  private final Subscription subscription;
  private volatile boolean ready = true;
  private volatile boolean ended;
  private volatile long largestBatch;
  private final List<RealtimeEvent> events = new ArrayList<>();
  final List<Delivery> told = new CopyOnWriteArrayList<>();

  Follower(Executor drainers, Function<Runnable, Subscription> opening) {
    this.drainers = drainers;
    subscription = opening.apply(this::wake);
    wake();
  }

  Follower stalled() {
    ready = false;
    return this;
  }

  void resume() {
    ready = true;
    wake();
  }

  void wake() {
    if (wakes.getAndIncrement() == 0) {
      drainers.execute(this);
    }
  }

  Subscription subscription() {
    return subscription;
  }

  boolean hasEnded() {
    return ended;
  }

  long largestBatch() {
    return largestBatch;
  }

  /** What it was given so far. */
  List<RealtimeEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  List<Long> sequences() {
    return events().stream().map(RealtimeEvent::getSequence).toList();
  }

  @Override
  public void run() {
    int seen = wakes.get();
    boolean more = ready && !ended && take(subscription.tryNext());
    if (more || wakes.addAndGet(-seen) > 0) {
      drainers.execute(this);
    }
  }

  private boolean take(Delivery delivery) {
    if (delivery instanceof Delivery.Nothing) {
      return false;
    }
    if (delivery instanceof Delivery.Events batch) {
      synchronized (events) {
        events.addAll(parse(batch.batch()).getEventsList());
      }
      largestBatch = Math.max(largestBatch, batch.batch().encodedSize());
    } else if (!(delivery instanceof Delivery.Again)) {
      told.add(delivery);
      ended = delivery instanceof Delivery.Ended || delivery instanceof Delivery.Refused;
    }
    return !ended;
  }

  static RealtimeEvents parse(EventBatch batch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      batch.writeTo(bytes);
      if (bytes.size() != batch.encodedSize()) {
        throw new IllegalStateException("size: " + bytes.size());
      }
      return RealtimeEvents.parseFrom(bytes.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
