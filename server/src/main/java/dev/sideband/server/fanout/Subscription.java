package dev.sideband.server.fanout;

import dev.sideband.server.fanout.Delivery.Reason;
import dev.sideband.server.fanout.Delivery.Refused;
import dev.sideband.server.fanout.Progress.State;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's view of one conversation, or of all: catches up from the log, then follows the
 * ring, and falls back to the log whenever the subscriber is slower than what it follows.
 *
 * <p><b>Promise.</b> Events reach the subscriber in log order, each exactly once, with no gap after
 * where it began (a {@link Delivery.Gap} says what retention had removed before). Live audio comes
 * in its place while live, and may be dropped. Nothing is promised about delay.
 *
 * <p><b>Threads.</b> {@link #offer} and {@link #onRegistered} are called by the fan-out thread only
 * and never wait; {@link #tryNext} by one drainer at a time (asserted), which may block for the
 * log; {@link #close} by anyone, any number of times.
 *
 * <p><b>Full queue.</b> The queue is discarded and the subscription is {@code CATCHING_UP} again
 * from the last sequence drained.
 */
public final class Subscription implements AutoCloseable {
  /** How much of the log is read at a time, and so held for a subscriber that does not take it. */
  static final int READ_BYTES = EventBatch.MAX_BYTES;

  private static final int READS_PER_TURN = 4;

  private static final Delivery NOTHING = new Delivery.Nothing();
  private static final Delivery ENDED = new Delivery.Ended();

  private enum Registration {
    NONE,
    ASKED,
    CLOSED
  }

  private final Scope scope;
  private final boolean follow;
  private final Runnable signal;
  private final EventRing ring;
  private final EventLog log;
  private final Progress progress;

  private final LiveQueue live = new LiveQueue();
  private final AtomicReference<Registration> registration =
      new AtomicReference<>(Registration.NONE);
  private volatile boolean registered;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final AtomicBoolean draining = new AtomicBoolean();

  // The drainer's.
  private final Deque<CommittedEvent> ahead = new ArrayDeque<>();
  private long mark;
  private boolean toldCaughtUp;
  private boolean over;

  Subscription(Scope scope, boolean follow, Runnable signal, EventRing ring, EventLog log) {
    this.scope = scope;
    this.follow = follow;
    this.signal = signal;
    this.ring = ring;
    this.log = log;
    progress = ring.tally().opened();
    mark = scope.requestedMark();
  }

  Scope scope() {
    return scope;
  }

  boolean isClosed() {
    return registration.get() == Registration.CLOSED;
  }

  /** How many bytes are held for a subscriber that does not take them. */
  long queuedBytes() {
    return live.bytes();
  }

  void onRegistered() {
    live.open();
    registered = true;
    wake();
  }

  /** Returns how many frames of live audio were dropped to make room. */
  int offer(CommittedEvent event) {
    if (!scope.admits(event)) {
      return 0;
    }
    if (event.kind() != Kind.EPHEMERAL) {
      progress.offered(scope.mark(event));
    }
    int dropped = live.offer(event);
    wake();
    return dropped;
  }

  private void wake() {
    if (waiting.get() && waiting.compareAndSet(true, false)) {
      signal.run();
    }
  }

  /** The sequence of the last stored event drained; 0 when this is about all conversations. */
  public long sequence() {
    return scope.isDense() ? mark : 0;
  }

  /** Where to resume when this is about all conversations; empty otherwise. */
  public byte[] cursor() {
    return scope.isDense() || progress.state() == State.NEW
        ? scope.requestedCursor()
        : Scope.Everything.cursorAt(mark);
  }

  /** What there is for the subscriber now. Reads the log when behind, never waits for events. */
  public Delivery tryNext() {
    boolean alone = draining.compareAndSet(false, true);
    assert alone : "one drainer at a time";
    try {
      return progress.took(isClosed() ? ENDED : next(), mark);
    } catch (EventLogException e) {
      Refused refused = new Refused(Reason.LOG_UNAVAILABLE, "event log: " + e.kind());
      return progress.took(refuse(refused), mark);
    } finally {
      draining.set(false);
    }
  }

  private Delivery next() {
    return switch (progress.state()) {
      case NEW -> begin();
      case CATCHING_UP -> catchUp();
      case LIVE -> drainLive();
      case ENDED -> ENDED;
    };
  }

  private Delivery begin() {
    Scope.Opening opening = scope.open(log);
    if (opening instanceof Scope.Opening.No no) {
      return refuse(no.refused());
    }
    if (opening instanceof Scope.Opening.After after) {
      mark = after.mark();
      over = after.over();
    }
    progress.enter(State.CATCHING_UP);
    return catchUp();
  }

  private Delivery refuse(Refused refused) {
    progress.enter(State.ENDED);
    close();
    return refused;
  }

  private Delivery catchUp() {
    for (int reads = 0; reads < READS_PER_TURN; reads++) {
      if (!ahead.isEmpty()) {
        return batchFromLog();
      }
      // Asked before the read: what this read misses was committed, and so offered, after that.
      boolean listening = live.isOpen();
      Scope.Chunk chunk = scope.read(log, mark, READ_BYTES);
      if (!chunk.events().isEmpty()) {
        ahead.addAll(chunk.events());
        long oldest = scope.mark(ahead.getFirst());
        if (scope.isDense() && oldest > mark + 1) {
          mark = oldest - 1;
          return new Delivery.Gap(oldest);
        }
      } else if (chunk.upTo() > mark) {
        mark = chunk.upTo();
      } else {
        return atTheEndOfTheLog(listening);
      }
    }
    return ahead.isEmpty() ? new Delivery.Again() : batchFromLog();
  }

  private Delivery atTheEndOfTheLog(boolean listening) {
    if (scope.isGone(log)) {
      return refuse(new Refused(Reason.UNKNOWN_CONVERSATION, "conversation_id: removed meanwhile"));
    }
    if (!follow || over) {
      progress.enter(State.ENDED);
      close();
      return caughtUpOr(ENDED);
    }
    if (listening) {
      progress.enter(State.LIVE);
      return caughtUpOr(new Delivery.Again());
    }
    if (registered) {
      live.open();
      return new Delivery.Again();
    }
    if (registration.compareAndSet(Registration.NONE, Registration.ASKED)
        && !ring.tryRegister(this)) {
      registration.set(Registration.CLOSED);
      progress.enter(State.ENDED);
      progress.end();
      return new Refused(Reason.TOO_MANY, "subscriptions: too many are open");
    }
    return nothingUnless(() -> registered);
  }

  private Delivery caughtUpOr(Delivery otherwise) {
    if (toldCaughtUp) {
      return otherwise;
    }
    toldCaughtUp = true;
    return new Delivery.CaughtUp();
  }

  private Delivery batchFromLog() {
    EventBatch.Builder batch = new EventBatch.Builder();
    while (!ahead.isEmpty() && batch.tryAdd(ahead.getFirst().event())) {
      passed(ahead.removeFirst());
    }
    return new Delivery.Events(batch.build());
  }

  private void passed(CommittedEvent stored) {
    mark = scope.mark(stored);
    if (scope.isDense() && stored.kind() == Kind.LAST) {
      progress.enter(State.ENDED);
      close();
    }
  }

  private Delivery drainLive() {
    EventBatch.Builder batch = new EventBatch.Builder();
    while (progress.state() == State.LIVE) {
      CommittedEvent event = ahead.isEmpty() ? live.poll(mark) : ahead.removeFirst();
      if (!live.isOpen() || isBehindHole(event)) {
        progress.fellBehind();
      } else if (event == null) {
        break;
      } else if (isNews(event)) {
        if (!batch.tryAdd(event.event())) {
          ahead.addFirst(event);
          break;
        }
        if (event.kind() != Kind.EPHEMERAL) {
          passed(event);
        }
      }
    }
    if (!batch.isEmpty()) {
      return new Delivery.Events(batch.build());
    }
    return progress.state() == State.LIVE
        ? nothingUnless(() -> !live.isEmpty() || !live.isOpen())
        : new Delivery.Again();
  }

  private boolean isBehindHole(@Nullable CommittedEvent event) {
    return event != null
        && event.kind() != Kind.EPHEMERAL
        && scope.isDense()
        && event.sequence() > mark + 1;
  }

  /** Not what the log gave already, and not audio whose moment the log has passed. */
  private boolean isNews(CommittedEvent event) {
    return event.kind() == Kind.EPHEMERAL ? event.sequence() >= mark : scope.mark(event) > mark;
  }

  /** Asks for the signal; looks once more, because the signal may have been due before. */
  private Delivery nothingUnless(BooleanSupplier something) {
    waiting.set(true);
    return something.getAsBoolean() && waiting.compareAndSet(true, false)
        ? new Delivery.Again()
        : NOTHING;
  }

  /** Ends it: nothing more is delivered, and the fan-out forgets it. */
  @Override
  public void close() {
    progress.end();
    if (registration.getAndSet(Registration.CLOSED) == Registration.ASKED) {
      ring.unregister(this);
    }
  }
}
