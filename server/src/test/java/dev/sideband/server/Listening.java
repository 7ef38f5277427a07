package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.InputReceipt;
import dev.sideband.v1.Notice;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.RealtimeEvents;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A caller's end of a stream: keeps all that it is sent.
 *
 * <p><b>Threads.</b> gRPC's fills it; a test's asks.
 */
final class Listening<Q> implements ClientResponseObserver<Q, RealtimeEvents> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final boolean stalled;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<RealtimeEvents> messages = new ArrayList<>();
  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private volatile @Nullable Throwable failure;

  private Listening(boolean stalled) {
    this.stalled = stalled;
  }

  static <Q> Listening<Q> reading() {
    return new Listening<>(false);
  }

  /** Reads nothing before {@link #read}. */
  static <Q> Listening<Q> stalled() {
    return new Listening<>(true);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> requests) {
    call = requests;
    if (stalled) {
      requests.disableAutoRequestWithInitial(0);
    }
  }

  /** Takes so many messages more. */
  void read(int messages) {
    begun().request(messages);
  }

  void cancel() {
    begun().cancel("the test is over", null);
  }

  private ClientCallStreamObserver<Q> begun() {
    ClientCallStreamObserver<Q> known = call;
    if (known == null) {
      throw new IllegalStateException("not begun");
    }
    return known;
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

  List<RealtimeEvent> events() {
    return messages().stream().flatMap(message -> message.getEventsList().stream()).toList();
  }

  /** What is stored; without live audio. */
  List<RealtimeEvent> stored() {
    return events().stream().filter(event -> event.getSequence() > 0).toList();
  }

  List<InputReceipt> receipts() {
    return messages().stream().flatMap(message -> message.getReceiptsList().stream()).toList();
  }

  /** Waits for the first event of a kind. */
  RealtimeEvent await(PayloadCase kind) {
    return await(event -> event.getPayloadCase() == kind);
  }

  /** Waits for the first event that is as it should be. */
  RealtimeEvent await(Predicate<RealtimeEvent> wanted) {
    Awaited awaited = new Awaited();
    awaitUntil(
        () -> {
          awaited.event = events().stream().filter(wanted).findFirst();
          return awaited.event.isPresent();
        });
    return awaited.event.orElseThrow();
  }

  private static final class Awaited {
    private Optional<RealtimeEvent> event = Optional.empty();
  }

  Listening<Q> awaitCaughtUp() {
    awaitUntil(
        () -> messages().stream().map(RealtimeEvents::getNotice).anyMatch(Notice::hasCaughtUp));
    return this;
  }

  List<InputReceipt> awaitReceipts(int count) {
    awaitUntil(() -> receipts().size() >= count);
    return receipts();
  }

  private void awaitUntil(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).failFast(() -> failIfBroken()).until(condition);
  }

  private void failIfBroken() {
    if (failure != null) {
      throw new AssertionError("the stream failed", failure);
    }
  }

  boolean isOver() {
    return closed.getCount() == 0;
  }

  /** Waits for the end, whatever it is. */
  void awaitClosed() {
    Awaitility.await().atMost(PATIENCE).until(this::isOver);
  }

  /** Where the server said to resume, if it did. */
  Optional<Long> goingAway() {
    return messages().stream()
        .map(RealtimeEvents::getNotice)
        .filter(Notice::hasGoingAway)
        .map(notice -> notice.getGoingAway().getResumeAfter())
        .findFirst();
  }

  /** Waits for the end, which must be OK, and says what came. */
  List<RealtimeEvent> awaitEnd() {
    Awaitility.await().atMost(PATIENCE).until(this::isOver);
    assertThat(failure).isNull();
    return events();
  }

  /** Waits for the end, which must be a refusal. */
  Refusal awaitRefusal() {
    Awaitility.await().atMost(PATIENCE).until(this::isOver);
    Throwable why = failure;
    if (why == null) {
      throw new AssertionError("the stream ended OK");
    }
    return Refusal.of(why);
  }
}
