package dev.sideband.server.fanout;

import static dev.sideband.server.fanout.FanOutFixture.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EventRingTest {
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final EventRing ring =
      new EventRing(
          10,
          runnable -> {
            threads.add(new Thread(runnable));
            return threads.get(0);
          });

  private static CommittedEvent event(long sequence, int bytes) {
    return new CommittedEvent(TALK, "alice", sequence, sequence, Kind.STORED, new byte[bytes]);
  }

  @Test
  void shouldEndItsThreadWhenClosed() {
    assertThat(threads.get(0).getName()).isEqualTo("event-fanout");
    assertThat(threads.get(0).isAlive()).isTrue();
    ring.close();
    assertThat(threads.get(0).isAlive()).isFalse();
    ring.close();
  }

  @Test
  void shouldDropEventsAndNotWaitWhenClosed() {
    ring.onCommitted(event(1, 10));
    ring.close();
    for (int i = 2; i < 2 * EventRing.SLOTS; i++) {
      ring.onCommitted(event(i, 10));
    }
    assertThat(threads.get(0).isAlive()).isFalse();
  }

  @Test
  void shouldPassMoreThanItHoldsWhenNobodySubscribes() {
    for (int i = 1; i <= 100; i++) {
      ring.onCommitted(event(i, 1024 * 1024));
    }
    ring.close();
    assertThat(threads.get(0).isAlive()).isFalse();
  }

  @Test
  void shouldRefuseASecondPublisher() {
    ring.onCommitted(event(1, 10));
    assertThatThrownBy(
            () -> CompletableFuture.runAsync(() -> ring.onCommitted(event(2, 10))).join())
        .hasRootCauseInstanceOf(AssertionError.class);
    ring.close();
  }

  @Test
  void shouldSleepWhileNothingHappens() {
    ring.onCommitted(event(1, 10));
    await().until(() -> threads.get(0).getState() == Thread.State.WAITING);
    ring.close();
  }
}
