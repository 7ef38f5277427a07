package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.Unavailable;
import dev.sideband.server.log.AppendOutcome.Unknown;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.WriteListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** The writer's turns, taken by hand. */
class LogWriterTest {
  private final FakeDisk disk = new FakeDisk(1_000);
  private final Statistics statistics;
  private final Database database;
  private final HeadTable heads;
  private final AppendQueue queue = new AppendQueue(100, 4 << 20);
  private final List<AppendOutcome> fates = new ArrayList<>();
  private final List<CommittedEvent> heard = new ArrayList<>();
  private final List<Throwable> fatal = new ArrayList<>();
  private final ConversationId conversation = conversation();

  LogWriterTest(@TempDir Path folder) {
    RocksDB.loadLibrary();
    this.statistics = new Statistics();
    this.database = new DataFolder(folder).open(Optional.of(statistics));
    this.heads = HeadTable.load(database);
  }

  @AfterEach
  void close() {
    database.close();
    statistics.close();
  }

  private LogWriter writer(long minFree, CommittedEventListener listener) {
    FreeSpace freeSpace = new FreeSpace(disk.machine(), minFree, disk);
    LogWriter.Parts parts = new LogWriter.Parts(database, heads, freeSpace, 1, true);
    return new LogWriter(parts, queue, listener, fatal::add);
  }

  private void queue(long expected, String... events) {
    Lifecycle lifecycle =
        expected == 0 ? new Lifecycle.Starts(OWNER, START) : new Lifecycle.Continues();
    queue(expected, lifecycle, events);
  }

  private void queue(long expected, Lifecycle lifecycle, String... events) {
    Append append = new Append(conversation, 1, expected, entries(events), lifecycle, fates::add);
    assertThat(queue.tryAppend(append)).isEqualTo(AppendQueue.Offer.TAKEN);
  }

  private long syncs() {
    return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
  }

  @Test
  void shouldSyncOnceWhenManyAreQueued() {
    LogWriter writer = writer(0, heard::add);
    for (int sequence = 0; sequence < 50; sequence++) {
      queue(sequence, "event");
    }
    long before = syncs();
    writer.poll();

    assertThat(syncs() - before).isEqualTo(1);
    assertThat(fates).hasSize(50).hasOnlyElementsOfType(Appended.class);
    assertThat(heard).hasSize(50);
  }

  @Test
  void shouldTellWatchersOfTheWholeWriteWhenManyAreQueued() {
    List<WriteListener.Written> written = new ArrayList<>();
    LogWriter writer = writer(0, heard::add);
    writer.watch(written::add);
    queue(0, "one", "two");
    queue(2, "three");
    queue(9, "refused");
    writer.poll();

    assertThat(written).hasSize(1);
    assertThat(written.get(0).events()).isEqualTo(3);
    assertThat(written.get(0).bytes()).isGreaterThanOrEqualTo("onetwothree".length());
    assertThat(written.get(0).took()).isZero(); // The machine's clock stands still.
  }

  @Test
  void shouldTellWatchersNothingWhenNothingIsWritten() {
    List<WriteListener.Written> written = new ArrayList<>();
    LogWriter writer = writer(0, heard::add);
    writer.watch(written::add);
    queue(9, "refused");
    writer.poll();

    assertThat(written).isEmpty();
  }

  @Test
  @ExpectWarning("A watcher of the log failed")
  void shouldGoOnWithoutAWatcherThatThrows() {
    LogWriter writer = writer(0, heard::add);
    writer.watch(
        written -> {
          throw new IllegalStateException("a metric");
        });
    queue(0, "one");
    writer.poll();
    queue(1, "two");
    writer.poll();

    assertThat(fatal).isEmpty();
    assertThat(fates).hasSize(2).hasOnlyElementsOfType(Appended.class);
  }

  @Test
  void shouldWriteNothingWhenAllAreRefused() {
    LogWriter writer = writer(0, heard::add);
    queue(3, "refused");
    long before = syncs();
    writer.poll();

    assertThat(syncs()).isEqualTo(before);
    assertThat(fates).containsExactly(new AppendOutcome.WrongExpected(0));
  }

  @Test
  @ExpectWarning("The log refuses appends: free space")
  void shouldRefuseBeforeWritingWhenTheDiskIsNearlyFull() {
    LogWriter writer = writer(1_001, heard::add);
    queue(0, "a");
    queue(1, "b");
    writer.poll();

    assertThat(fates).hasSize(2).hasOnlyElementsOfType(Unavailable.class);
    assertThat(fates.get(0).toString()).contains("free space: ", "expected: at least");
    assertThat(heads.find(conversation)).isEmpty();
    assertThat(fatal).isEmpty();
  }

  @Test
  @ExpectWarning("The log refuses appends: free space")
  void shouldEndConversationsWhenTheDiskIsNearlyFull() {
    LogWriter writer = writer(1_000, heard::add);
    queue(0, "a");
    writer.poll();
    disk.setFree(999);
    queue(1, "refused");
    queue(1, new Lifecycle.Ending(), "b");
    queue(2, new Lifecycle.Ends(), "c");
    writer.poll();

    assertThat(fates).hasSize(4);
    assertThat(fates.get(1)).isInstanceOf(Unavailable.class);
    assertThat(fates.subList(2, 4)).containsExactly(new Appended(2), new Appended(3));
  }

  @Test
  @ExpectWarning("The log refuses appends: free space")
  void shouldTakeAppendsAgainWhenThereIsSpaceThoughNobodyAppends() {
    LogWriter writer = writer(1_001, heard::add);
    writer.poll();
    disk.setFree(2_000);
    disk.passProbeInterval();
    writer.poll();
    queue(0, "a");
    writer.poll();

    assertThat(fates).containsExactly(new Appended(1));
  }

  @Test
  void shouldAppendNothingMoreWhenTheListenerThrew() {
    RuntimeException cause = new IllegalStateException("a listener's bug");
    LogWriter writer =
        writer(
            0,
            event -> {
              throw cause;
            });
    queue(0, "a");
    queue(1, "b");
    writer.poll();
    queue(2, "c");
    writer.poll();

    assertThat(fatal).containsExactly(cause);
    assertThat(fates).hasSize(3);
    assertThat(fates.get(0)).isEqualTo(new Appended(1));
    assertThat(fates.get(1)).isInstanceOf(Unknown.class);
    assertThat(fates.get(2)).isInstanceOf(Unavailable.class);
  }

  @Test
  void shouldTakeABatchOfBoundedSizeWhenMuchIsQueued() {
    LogWriter writer = writer(0, heard::add);
    String half = "x".repeat(300_000);
    queue(0, half);
    queue(1, "small");
    queue(2, half);
    writer.poll();
    assertThat(fates).hasSize(2);

    writer.poll();
    assertThat(fates).hasSize(3).hasOnlyElementsOfType(Appended.class);
  }

  @Test
  void shouldDemandOneThread() {
    LogWriter writer = writer(0, heard::add);
    writer.poll();

    assertThatThrownBy(() -> CompletableFuture.runAsync(writer::poll).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(AssertionError.class);
  }
}
