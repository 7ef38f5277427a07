package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.AppendQueue.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue is bounded in items and bytes, and says no. */
class AppendQueueTest {

  private static Append append(int bytes) {
    return new Append(
        conversation(),
        1,
        0,
        List.of(new LogEntry(new byte[bytes / 2], new byte[bytes - bytes / 2])),
        new Lifecycle.Starts(OWNER, START),
        fate -> {});
  }

  private static CommittedEvent frame(int bytes) {
    return new CommittedEvent(
        conversation(), OWNER, 1, 0, CommittedEvent.Kind.EPHEMERAL, new byte[bytes]);
  }

  private static List<AppendQueue.Item> drained(AppendQueue queue, int items, int bytes) {
    List<AppendQueue.Item> drained = new ArrayList<>();
    queue.drainTo(drained, items, bytes);
    return drained;
  }

  @Test
  void shouldRefuseWhenItemsAreTooMany() {
    AppendQueue queue = new AppendQueue(4, 1_000);
    for (int i = 0; i < 4; i++) {
      assertThat(queue.tryAppend(append(1))).isEqualTo(Offer.TAKEN);
    }

    assertThat(queue.tryAppend(append(1))).isEqualTo(Offer.FULL);
    assertThat(drained(queue, 1, 1_000)).hasSize(1);
    assertThat(queue.tryAppend(append(1))).isEqualTo(Offer.TAKEN);
  }

  @Test
  void shouldRefuseWhenBytesAreTooMany() {
    AppendQueue queue = new AppendQueue(4, 1_000);
    assertThat(queue.tryAppend(append(600))).isEqualTo(Offer.TAKEN);
    assertThat(queue.tryAppend(append(401))).isEqualTo(Offer.FULL);
    assertThat(queue.tryAppend(append(400))).isEqualTo(Offer.TAKEN);

    assertThat(drained(queue, 4, 1)).hasSize(1);
    assertThat(queue.tryAppend(append(600))).isEqualTo(Offer.TAKEN);
  }

  @Test
  void shouldDropEphemeralEventsFirst() {
    AppendQueue queue = new AppendQueue(4, 1_000);
    assertThat(queue.tryPass(frame(500))).isEqualTo(Offer.TAKEN);
    assertThat(queue.tryPass(frame(1))).isEqualTo(Offer.FULL);
    assertThat(queue.tryAppend(append(500))).isEqualTo(Offer.TAKEN);
    assertThat(queue.tryPass(frame(0))).isEqualTo(Offer.FULL);
  }

  @Test
  void shouldGiveWhatItHasAndTakeNoMoreWhenClosed() {
    AppendQueue queue = new AppendQueue(4, 1_000);
    queue.tryAppend(append(1));
    queue.close();

    assertThat(queue.tryAppend(append(1))).isEqualTo(Offer.CLOSED);
    assertThat(queue.tryPass(frame(1))).isEqualTo(Offer.CLOSED);
    assertThat(queue.awaitWork(Duration.ZERO)).isTrue();
    assertThat(drained(queue, 4, 1_000)).hasSize(1);
    assertThat(queue.awaitWork(Duration.ZERO)).isFalse();
  }
}
