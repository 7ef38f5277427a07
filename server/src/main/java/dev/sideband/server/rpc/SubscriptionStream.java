package dev.sideband.server.rpc;

import com.google.protobuf.ByteString;
import dev.sideband.server.fanout.Delivery;
import dev.sideband.server.fanout.EventBatch;
import dev.sideband.server.fanout.Subscription;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.InputReceipt;
import dev.sideband.v1.Notice;
import dev.sideband.v1.RealtimeEvents;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flow control to one caller: sends what a subscription has while the transport takes it, and
 * receipts and notices between events.
 *
 * <p><b>Promise.</b> Nothing is taken from the subscription that cannot be sent at once, so a
 * caller that does not read costs its subscription's bounded queue, one message, and no more.
 *
 * <p><b>Threads.</b> Once begun, the call's output belongs to {@link #run}, which the drain
 * executor runs one turn at a time; all others ({@link #wake}, {@link #tick}, {@link #goAway},
 * {@link #fail}) leave word and never wait.
 */
final class SubscriptionStream implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionStream.class);
  static final Duration IDLE = Duration.ofSeconds(15);

  /** Messages sent before others have their turn on the drain threads. */
  private static final int MESSAGES_PER_TURN = 16;

  private final ServerCallStreamObserver<Outbound> out;
  private final Surroundings surroundings;
  private final OpenStreams streams;
  private final ReceiptQueue receipts = new ReceiptQueue();
  private final AtomicInteger wakes = new AtomicInteger();
  private final Subscription subscription;

  private volatile boolean goingAway;
  private volatile boolean heartbeatDue;
  private volatile @Nullable Throwable failure;
  private volatile long lastSentNanos;

  // The drainer's.
  private boolean exhausted;
  private boolean finished;

  /**
   * Takes over the call's output. Only during the call's first callback, as grpc-java demands.
   *
   * @param opening makes the subscription from what it is to signal
   */
  SubscriptionStream(
      ServerCallStreamObserver<Outbound> out,
      Surroundings surroundings,
      OpenStreams streams,
      Function<Runnable, Subscription> opening) {
    this.out = out;
    this.surroundings = surroundings;
    this.streams = streams;
    lastSentNanos = surroundings.nanoTime().getAsLong();
    subscription = opening.apply(this::wake);
  }

  /** Lets it run. */
  void begin() {
    streams.add(this);
    wake();
  }

  /** There may be something to do. */
  void wake() {
    if (wakes.getAndIncrement() == 0) {
      surroundings.drainers().execute(this);
    }
  }

  /** Adds an input's receipt-to-be; {@link #wake} is due when it completes. */
  ReceiptQueue receipts() {
    return receipts;
  }

  /** The caller has gone. */
  void cancelled() {
    subscription.close();
    streams.remove(this);
  }

  /** Ends the stream with what went wrong. */
  void fail(Throwable why) {
    failure = why;
    wake();
  }

  /** Says where to resume, and ends the stream. */
  void goAway() {
    goingAway = true;
    wake();
  }

  /** Makes a heartbeat due if nothing was sent for long. */
  void tick(long nowNanos) {
    if (nowNanos - lastSentNanos >= IDLE.toNanos()) {
      heartbeatDue = true;
      wake();
    }
  }

  @Override
  public void run() {
    if (streams.tryBeginTurn()) {
      try {
        runTurn();
      } finally {
        streams.endTurn();
      }
    }
  }

  private void runTurn() {
    int seen = wakes.get();
    boolean more = false;
    try {
      more = turn();
    } catch (RuntimeException e) {
      finish();
      out.onError(StatusMapper.toException(e));
    }
    if (more || wakes.addAndGet(-seen) > 0) {
      surroundings.drainers().execute(this);
    }
  }

  /** True if there is more to do and others should go first. */
  private boolean turn() {
    boolean leaving = goingAway;
    boolean more = true;
    for (int i = 0; i < MESSAGES_PER_TURN && more; i++) {
      if (finished || out.isCancelled() || failsNow()) {
        return false;
      }
      more = out.isReady() && sendNext();
    }
    if (leaving && !finished) {
      leave(); // After what was ready: a follower should see the end that the server's exit made.
      return false;
    }
    return more;
  }

  private boolean failsNow() {
    Throwable why = failure;
    if (why == null) {
      return false;
    }
    sendReceipts();
    finish();
    out.onError(StatusMapper.toException(why));
    return true;
  }

  /** Ends the stream without asking whether the transport takes more: an end is one message. */
  private void leave() {
    sendReceipts();
    finish();
    Notice.GoingAway notice =
        Notice.GoingAway.newBuilder().setResumeAfter(subscription.sequence()).build();
    send(Outbound.of(withCursor(Notice.newBuilder().setGoingAway(notice))));
    out.onError(
        StatusMapper.toException(
            new SessionException(
                ErrorCode.SERVER_GOING_AWAY, "server: going away (expected: resume elsewhere)")));
  }

  /** Sends one message, if there is one. False when there is nothing to do until the next wake. */
  private boolean sendNext() {
    if (sendReceipts()) {
      return true;
    }
    if (exhausted) {
      if (receipts.isEmpty()) {
        finish();
        out.onCompleted();
      }
      return false;
    }
    return deliver(subscription.tryNext());
  }

  private boolean sendReceipts() {
    List<InputReceipt> decided = receipts.takeDecided();
    if (decided.isEmpty()) {
      return false;
    }
    send(Outbound.of(RealtimeEvents.newBuilder().addAllReceipts(decided).build()));
    if (!exhausted) {
      out.request(decided.size());
    }
    return true;
  }

  private boolean deliver(Delivery delivery) {
    if (delivery instanceof Delivery.Events events) {
      send(withCursor(events.batch()));
    } else if (delivery instanceof Delivery.Nothing) {
      return heartbeat();
    } else if (delivery instanceof Delivery.Ended) {
      exhausted = true;
    } else if (delivery instanceof Delivery.CaughtUp) {
      Notice.CaughtUp notice =
          Notice.CaughtUp.newBuilder().setSequence(subscription.sequence()).build();
      send(Outbound.of(withCursor(Notice.newBuilder().setCaughtUp(notice))));
    } else if (delivery instanceof Delivery.Gap gap) {
      Notice.Gap notice = Notice.Gap.newBuilder().setOldestAvailable(gap.oldestAvailable()).build();
      send(Outbound.of(withCursor(Notice.newBuilder().setGap(notice))));
    } else if (delivery instanceof Delivery.Refused refused) {
      finish();
      out.onError(StatusMapper.toException(asException(refused)));
      return false;
    }
    return true;
  }

  private boolean heartbeat() {
    if (heartbeatDue) {
      Notice.Heartbeat notice =
          Notice.Heartbeat.newBuilder().setSequence(subscription.sequence()).build();
      send(Outbound.of(withCursor(Notice.newBuilder().setHeartbeat(notice))));
    }
    return false;
  }

  private Outbound withCursor(EventBatch batch) {
    byte[] cursor = subscription.cursor();
    return cursor.length == 0
        ? Outbound.of(batch)
        : Outbound.of(
            batch, RealtimeEvents.newBuilder().setCursor(ByteString.copyFrom(cursor)).build());
  }

  private RealtimeEvents withCursor(Notice.Builder notice) {
    return RealtimeEvents.newBuilder()
        .setNotice(notice)
        .setCursor(ByteString.copyFrom(subscription.cursor()))
        .build();
  }

  private void send(Outbound message) {
    heartbeatDue = false;
    lastSentNanos = surroundings.nanoTime().getAsLong();
    out.onNext(message);
  }

  private void finish() {
    finished = true;
    cancelled();
    LOG.debug("A stream ended at sequence {}", subscription.sequence());
  }

  private static SessionException asException(Delivery.Refused refused) {
    ErrorCode code =
        switch (refused.reason()) {
          case UNKNOWN_CONVERSATION -> ErrorCode.CONVERSATION_NOT_FOUND;
          case OUT_OF_RANGE -> ErrorCode.SEQUENCE_OUT_OF_RANGE;
          case CURSOR_INVALID -> ErrorCode.REQUEST_INVALID;
          case TOO_MANY -> ErrorCode.SERVER_BUSY;
          case LOG_UNAVAILABLE -> ErrorCode.LOG_UNAVAILABLE;
        };
    Map<String, String> metadata =
        code == ErrorCode.REQUEST_INVALID ? Map.of("field", "cursor") : Map.of();
    return new SessionException(code, refused.message(), metadata, Optional.empty());
  }
}
