package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;
import static dev.sideband.server.log.LogFixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.LogFixture;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Ended conversations go when they are due, whole; live ones stay. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RetentionTest {
  private static final EntryCheck NO_MEANING = (id, sequence, last, entry) -> Optional.empty();
  private static final int ALL = Integer.MAX_VALUE;

  private final Path folder;
  private RocksDbEventLog log;

  RetentionTest(@TempDir Path folder) {
    this.folder = folder;
    this.log = open();
  }

  private RocksDbEventLog open() {
    RocksDbConfig usual = RocksDbConfig.at(folder);
    return Logs.open(
        new RocksDbConfig(folder, false, 0, usual.queueItems(), usual.queueBytes()),
        event -> {},
        Optional.empty());
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void reopen() {
    log.close();
    log = open();
  }

  private void append(
      ConversationId c, long expected, Lifecycle lifecycle, List<LogEntry> entries) {
    Append append = new Append(c, log.epoch(), expected, entries, lifecycle, fate -> {});
    assertThat(LogFixture.fateOf(log, append)).isEqualTo(new Appended(expected + entries.size()));
  }

  /** A conversation of three events, each an hour after the one before. */
  private ConversationId conversationAt(Instant start, boolean ends) {
    ConversationId c = conversation();
    append(c, 0, new Lifecycle.Starts(OWNER, start), entries(start.toString()));
    append(c, 1, new Lifecycle.Continues(), entries(start.plusSeconds(3_600).toString()));
    append(
        c,
        2,
        ends ? new Lifecycle.Ends() : new Lifecycle.Continues(),
        entries(start.plusSeconds(7_200).toString()));
    return c;
  }

  private void passAt(Instant now, RetentionConfig config) {
    Retention retention =
        log.retention(
            config,
            Clock.fixed(now, ZoneOffset.UTC),
            entry -> Instant.parse(new String(entry.event(), UTF_8)));
    retention.pass();
    retention.release();
  }

  private static RetentionConfig aged(Duration maxAge) {
    return new RetentionConfig(maxAge, 0);
  }

  private List<ConversationId> listed() {
    return log.heads(new HeadQuery(Optional.of(OWNER), false, Optional.empty(), 99)).stream()
        .map(Head::conversation)
        .toList();
  }

  private void assertClean() {
    log.close();
    try (StoredLog stored = StoredLog.open(folder)) {
      assertThat(stored.verify(NO_MEANING).findings()).isEmpty();
    }
    log = open();
  }

  @Test
  void shouldRemoveEndedConversationsWhenTheirEndIsTooLongAgo() {
    ConversationId old = conversationAt(START, true);
    ConversationId live = conversationAt(START, false);
    ConversationId young = conversationAt(START.plusSeconds(1), true);

    passAt(START.plusSeconds(7_200 + 86_400).plusMillis(500), aged(Duration.ofDays(1)));

    assertThat(log.head(old)).isEmpty();
    assertThat(log.read(old, 0, ALL)).isEmpty();
    assertThat(log.readEntries(old, 0, ALL)).isEmpty();
    assertThat(listed()).containsExactly(young, live);
    assertThat(log.read(young, 0, ALL)).hasSize(3);
    assertThat(log.readAll(0, ALL))
        .extracting(CommittedEvent::position)
        .containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
    assertClean();
  }

  @Test
  void shouldKeepEverythingWhenNothingIsDue() {
    conversationAt(START, true);
    passAt(START.plusSeconds(7_200), aged(Duration.ofDays(1)));
    passAt(START.plus(Duration.ofDays(9_999)), RetentionConfig.NONE);

    assertThat(listed()).hasSize(1);
  }

  @Test
  void shouldNeverGiveAPositionTwiceWhenTheNewestAreRemoved() {
    conversationAt(START, true);
    long before = log.lastPosition();
    passAt(START.plus(Duration.ofDays(9)), aged(Duration.ofDays(1)));
    reopen();

    assertThat(listed()).isEmpty();
    assertThat(log.lastPosition()).isEqualTo(before);
    conversationAt(START, false);
    assertThat(log.readAll(before, ALL)).extracting(CommittedEvent::position).startsWith(4L);
    assertClean();
  }

  @Test
  void shouldStartAnewWhenTheIdOfARemovedConversationComesBack() {
    ConversationId c = conversationAt(START, true);
    passAt(START.plus(Duration.ofDays(9)), aged(Duration.ofDays(1)));

    append(c, 0, new Lifecycle.Starts(OWNER, START), entries("again"));
    assertThat(texts(log.read(c, 0, ALL))).containsExactly("again");
    assertClean();
    assertThat(texts(log.read(c, 0, ALL))).containsExactly("again");
  }

  @Test
  void shouldFinishARemovalWhenACrashInterruptedIt() throws RocksDBException {
    ConversationId c = conversationAt(START, true);
    ConversationId other = conversationAt(START, true);
    log.close();
    try (Database database = new DataFolder(folder).open(Optional.empty())) {
      database.update(
          (open, batch) -> {
            batch.put("removing".getBytes(UTF_8), c.toBytes());
            batch.delete(open.handle(Family.COMMITS), Turn.positionKey(2));
          });
    }
    log = open();
    assertThat(log.readAll(0, ALL)).hasSize(5);
    assertThat(log.read(c, 0, ALL)).hasSize(3);
    assertClean();

    passAt(START, aged(Duration.ofDays(1)));
    assertThat(listed()).containsExactly(other);
    assertClean();
  }

  @Test
  void shouldRemoveTheOldestWhenThereAreTooManyBytes() {
    Random random = new Random(1);
    List<ConversationId> ended = new ArrayList<>();
    ConversationId live = conversationAt(START.minusSeconds(99), false);
    for (int number = 0; number < 90; number++) {
      byte[] bytes = new byte[1_000_000];
      random.nextBytes(bytes);
      ConversationId c = conversation();
      append(c, 0, new Lifecycle.Starts(OWNER, START.plusSeconds(number)), entries("x"));
      append(c, 1, new Lifecycle.Ends(), List.of(new LogEntry(bytes, LogEntry.NOTHING)));
      ended.add(c);
    }
    RetentionConfig config = new RetentionConfig(Duration.ZERO, RetentionConfig.LEAST_BYTES);
    passAt(START, config);

    List<ConversationId> kept = ended.stream().filter(c -> log.head(c).isPresent()).toList();
    assertThat(kept).hasSizeBetween(40, 62).isEqualTo(ended.subList(90 - kept.size(), 90));
    assertThat(log.head(live)).isPresent();
    assertThat(log.tableBytes()).isLessThan(RetentionConfig.LEAST_BYTES);
    passAt(START, config);
    assertThat(kept).allSatisfy(c -> assertThat(log.head(c)).isPresent());
    assertClean();
  }
}
