package dev.sideband.server.rpc;

import static org.awaitility.Awaitility.await;

import dev.sideband.v1.InputReceipt;
import dev.sideband.v1.Notice;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client's end of a stream: keeps all that it is sent, and reads only what it asks for. */
final class Recorder<Q> implements ClientResponseObserver<Q, RealtimeEvents> {
  private final boolean stalled;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<RealtimeEvents> messages = new ArrayList<>();
  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private volatile @Nullable Throwable failure;

  Recorder(boolean stalled) {
    this.stalled = stalled;
  }

  static <Q> Recorder<Q> reading() {
    return new Recorder<>(false);
  }

  /** Reads nothing until it is told to. */
  static <Q> Recorder<Q> stalled() {
    return new Recorder<>(true);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> requests) {
    call = requests;
    if (stalled) {
      requests.disableAutoRequestWithInitial(0);
    }
  }

  ClientCallStreamObserver<Q> call() {
    ClientCallStreamObserver<Q> begun = call;
    if (begun == null) {
      throw new IllegalStateException("not begun");
    }
    return begun;
  }

  @Override
  public void onNext(RealtimeEvents message) {
    synchronized (messages) {
      messages.add(message);
    }
  }

  @Override
  public void onError(Throwable why) {
    failure = why;
    closed.countDown();
  }

  @Override
  public void onCompleted() {
    closed.countDown();
  }

  List<RealtimeEvents> messages() {
    synchronized (messages) {
      return List.copyOf(messages);
    }
  }

  List<Long> sequences() {
    return messages().stream()
        .flatMap(m -> m.getEventsList().stream())
        .map(RealtimeEvent::getSequence)
        .toList();
  }

  List<InputReceipt> receipts() {
    return messages().stream().flatMap(m -> m.getReceiptsList().stream()).toList();
  }

  List<Notice> notices() {
    return messages().stream().filter(RealtimeEvents::hasNotice).map(m -> m.getNotice()).toList();
  }

  Recorder<Q> awaits(Predicate<Recorder<Q>> condition) {
    await().until(() -> condition.test(this));
    return this;
  }

  Recorder<Q> live() {
    return awaits(r -> r.notices().stream().anyMatch(Notice::hasCaughtUp));
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits for the end, and for it to be OK. */
  void ended() {
    await().until(this::isClosed);
    if (failure != null) {
      throw new AssertionError("ended with a failure", failure);
    }
  }

  /** Waits for the end, which must be a refusal. */
  Serving.Refusal refused() {
    await().until(this::isClosed);
    Throwable why = failure;
    if (why == null) {
      throw new AssertionError("ended OK");
    }
    return Serving.Refusal.of(why);
  }
}
