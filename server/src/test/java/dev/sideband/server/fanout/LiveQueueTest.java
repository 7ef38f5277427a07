package dev.sideband.server.fanout;

import static dev.sideband.server.fanout.FanOutFixture.TALK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEvent.Kind;
import org.junit.jupiter.api.Test;

class LiveQueueTest {
  private final LiveQueue queue = new LiveQueue();

  private static CommittedEvent stored(long sequence, int bytes) {
    return new CommittedEvent(TALK, "alice", sequence, sequence, Kind.STORED, new byte[bytes]);
  }

  private static CommittedEvent audio(long after, int bytes) {
    return new CommittedEvent(TALK, "alice", after, 0, Kind.EPHEMERAL, new byte[bytes]);
  }

  @Test
  void shouldTakeNothingUntilOpened() {
    queue.offer(stored(1, 10));
    assertThat(queue.isEmpty()).isTrue();
    queue.open();
    queue.offer(stored(2, 10));
    assertThat(queue.poll(1)).extracting("sequence").isEqualTo(2L);
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void shouldKeepAudioBetweenTheStoredEventsItCameBetween() {
    queue.open();
    CommittedEvent[] order = {
      audio(0, 1), stored(1, 1), audio(1, 1), audio(1, 2), stored(2, 1), stored(3, 1), audio(3, 1)
    };
    for (CommittedEvent event : order) {
      queue.offer(event);
    }
    long drained = 0;
    for (CommittedEvent expected : order) {
      assertThat(queue.poll(drained)).isSameAs(expected);
      drained = expected.sequence();
    }
    assertThat(queue.poll(drained)).isNull();
  }

  @Test
  void shouldDiscardAllAndCloseWhenStoredEventsFindNoRoom() {
    queue.open();
    for (int i = 1; i <= LiveQueue.MAX_EVENTS; i++) {
      queue.offer(stored(i, 10));
    }
    assertThat(queue.isOpen()).isTrue();
    queue.offer(stored(LiveQueue.MAX_EVENTS + 1, 10));
    assertThat(queue.isOpen()).isFalse();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.poll(0)).isNull();
  }

  @Test
  void shouldDiscardAllWhenBytesFindNoRoomButTakeALargeEventAlone() {
    queue.open();
    queue.offer(stored(1, 1024 * 1024));
    assertThat(queue.isOpen()).isTrue();
    queue.offer(stored(2, 1));
    assertThat(queue.isOpen()).isFalse();
  }

  @Test
  void shouldDropTheOldestAudioWhenFramesFindNoRoom() {
    queue.open();
    int dropped = 0;
    for (int i = 0; i < LiveQueue.MAX_AUDIO_FRAMES + 7; i++) {
      dropped += queue.offer(audio(0, i + 1));
    }
    assertThat(dropped).isEqualTo(7);
    CommittedEvent oldest = queue.poll(0);
    assertThat(oldest).isNotNull();
    assertThat(oldest.event()).hasSize(8);
    assertThat(queue.isOpen()).isTrue();
  }
}
