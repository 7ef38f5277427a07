package dev.sideband.server.log.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogContract;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** The embedded log keeps the appending half of the contract. */
class RocksDbEventLogTest extends EventLogContract {
  private final Path folder;

  RocksDbEventLogTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected EventLog open(CommittedEventListener listener) {
    return Logs.open(folder, listener);
  }

  @Test
  void shouldSayThatItIsDamagedWhenAnEventsBytesChanged() throws RocksDBException {
    ConversationId c = threeEvents();
    Logs.tamper(
        folder,
        Family.EVENTS,
        new EventKey(c, 2).toBytes(),
        row -> {
          row[row.length - 1] ^= 1;
          return row;
        });
    log = open(told);

    assertThat(LogFixture.texts(log.read(c, 2, 100))).containsExactly("c");
    shouldBeCorrupt(() -> log.read(c, 0, 100));
    shouldBeCorrupt(() -> log.readEntries(c, 1, 100));
    shouldBeCorrupt(() -> log.readAll(0, 100));
  }

  @Test
  void shouldSayThatItIsDamagedWhenAnEventIsMissing() throws RocksDBException {
    ConversationId c = threeEvents();
    Logs.remove(folder, Family.EVENTS, new EventKey(c, 2).toBytes());
    log = open(told);

    shouldBeCorrupt(() -> log.read(c, 0, 100));
    shouldBeCorrupt(() -> log.readAll(0, 100));
  }

  @Test
  void shouldNotOpenWhenALiveConversationsNewestEventIsDamaged() throws RocksDBException {
    ConversationId c = threeEvents();
    Logs.tamper(folder, Family.EVENTS, new EventKey(c, 3).toBytes(), row -> new byte[3]);

    shouldBeCorrupt(() -> open(told));
  }

  @Test
  void shouldBeUnavailableOnTheCallersThreadWhenTheQueueIsFull() {
    log.close();
    CountDownLatch room = new CountDownLatch(1);
    RocksDbConfig small = new RocksDbConfig(folder, true, 0, 16, RocksDbConfig.LEAST_QUEUE_BYTES);
    ConversationId c = LogFixture.conversation();
    List<Thread> refusedOn = new CopyOnWriteArrayList<>();
    try (EventLog blocked = Logs.open(small, event -> awaitRoom(room), Optional.empty())) {
      for (int sequence = 0; refusedOn.isEmpty(); sequence++) {
        blocked.append(
            LogFixture.append(
                blocked,
                c,
                sequence,
                fate -> {
                  if (fate instanceof AppendOutcome.Unavailable) {
                    refusedOn.add(Thread.currentThread());
                  }
                },
                "event"));
      }
      room.countDown();
    }

    assertThat(refusedOn).containsExactly(Thread.currentThread());
  }

  private static void awaitRoom(CountDownLatch room) {
    try {
      room.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ConversationId threeEvents() {
    ConversationId c = LogFixture.conversation();
    append(c, 0, "a", "b", "c");
    log.close();
    return c;
  }

  private static void shouldBeCorrupt(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            EventLogException.class,
            e -> assertThat(e.kind()).isEqualTo(EventLogException.Kind.CORRUPT));
  }

  @Test
  void shouldAnswerOrRefuseReadsWhenClosedMeanwhile() throws InterruptedException {
    ConversationId c = LogFixture.conversation();
    append(c, 0, "a", "b", "c");
    List<Boolean> refused =
        LogFixture.atOnce(
            4,
            number -> {
              if (number == 0) {
                log.close();
                return true;
              }
              return readUntilRefused(c);
            });

    assertThat(refused).containsOnly(true);
  }

  private boolean readUntilRefused(ConversationId c) {
    while (true) {
      try {
        assertThat(LogFixture.texts(log.read(c, 0, 100))).containsExactly("a", "b", "c");
        assertThat(log.readAll(0, 100)).hasSize(3);
        assertThat(log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 9)))
            .hasSize(1);
      } catch (EventLogException e) {
        return e.kind() == EventLogException.Kind.UNAVAILABLE;
      }
    }
  }

  @Test
  void shouldShowNoGapToReadersWhileAppending() throws InterruptedException {
    int events = 600;
    ConversationId c = LogFixture.conversation();
    LogFixture.atOnce(
        3,
        number -> {
          if (number == 0) {
            for (int i = 0; i < events; i += 2) {
              append(c, i, "a", "b");
            }
            return 0;
          }
          return followToTheEnd(c, events);
        });

    assertThat(log.lastPosition()).isEqualTo(events);
  }

  private int followToTheEnd(ConversationId c, int end) {
    int size = 0;
    while (size < end) {
      long position = log.lastPosition();
      assertThat(log.readAll(0, Integer.MAX_VALUE)).hasSizeGreaterThanOrEqualTo((int) position);
      List<CommittedEvent> events = log.read(c, 0, Integer.MAX_VALUE);
      assertThat(events).hasSizeGreaterThanOrEqualTo((int) position);
      assertThat(events)
          .extracting(CommittedEvent::sequence)
          .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
      size = events.size();
    }
    return size;
  }
}
