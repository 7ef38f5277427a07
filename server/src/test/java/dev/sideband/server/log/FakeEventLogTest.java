package dev.sideband.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.Unavailable;
import dev.sideband.server.log.AppendOutcome.Unknown;
import dev.sideband.server.log.AppendOutcome.WrongExpected;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The fake keeps the contract, and does what tests tell it to. */
class FakeEventLogTest extends EventLogContract {
  private @Nullable FakeEventLog stored;

  @Override
  protected EventLog open(CommittedEventListener listener) {
    stored = stored == null ? new FakeEventLog(listener) : stored.reopen(listener);
    return stored;
  }

  private final ConversationId conversation = LogFixture.conversation();
  private final List<AppendOutcome> fates = new ArrayList<>();
  private final List<Long> heard = new ArrayList<>();
  private final FakeEventLog fake = new FakeEventLog(event -> heard.add(event.sequence()));

  private void append(long expected, String... events) {
    fake.append(LogFixture.append(fake, conversation, expected, fates::add, events));
  }

  @Test
  void shouldCommitInAppendWhenLeftAlone() {
    append(0, "a", "b");

    assertThat(fates).containsExactly(new Appended(2));
    assertThat(heard).containsExactly(1L, 2L);
  }

  @Test
  void shouldCommitNothingWhenHeld() {
    fake.hold();
    append(0, "a");
    append(1, "b");

    assertThat(fates).isEmpty();
    assertThat(fake.queued()).isEqualTo(2);
    assertThat(fake.head(conversation)).isEmpty();

    fake.release(1);
    assertThat(fates).containsExactly(new Appended(1));

    fake.release();
    assertThat(fates).containsExactly(new Appended(1), new Appended(2));
  }

  @Test
  void shouldRefuseThoseBehindWhenToldToRefuse() {
    append(0, "a");
    fake.hold();
    fake.refuseNext(1);
    append(1, "b");
    append(2, "c");
    fake.release();

    assertThat(fates)
        .containsExactly(
            new Appended(1), new Unavailable("the test said so"), new WrongExpected(1));
  }

  @Test
  void shouldBeUnavailableWhenTheQueueIsFull() {
    fake.hold();
    append(0, "a");
    for (int sequence = 1; fates.isEmpty(); sequence++) {
      append(sequence, "b");
    }

    assertThat(fates).containsExactly(new Unavailable("event log: queue is full"));
  }

  @Test
  void shouldWriteOrNotWhenInDoubt() {
    fake.doubtNext(false);
    append(0, "a");
    assertThat(fake.head(conversation)).isEmpty();

    fake.doubtNext(true);
    append(0, "a");
    assertThat(fake.head(conversation).orElseThrow().lastSequence()).isEqualTo(1);
    assertThat(fates).hasOnlyElementsOfType(Unknown.class).hasSize(2);
    assertThat(heard).containsExactly(1L);
  }

  @Test
  void shouldLoseWhatIsQueuedWhenItCrashes() {
    append(0, "a");
    fake.hold();
    append(1, "b");
    fake.crash();
    FakeEventLog reopened = fake.reopen(event -> {});

    assertThat(fates).containsExactly(new Appended(1));
    assertThat(reopened.head(conversation).orElseThrow().lastSequence()).isEqualTo(1);
    assertThat(reopened.epoch()).isEqualTo(2);
  }

  @Test
  void shouldFailReadsUntilToldOtherwise() {
    append(0, "a");
    fake.failReads(true);
    assertThatThrownBy(() -> fake.read(conversation, 0, 100)).isInstanceOf(EventLogException.class);

    fake.failReads(false);
    assertThat(fake.read(conversation, 0, 100)).hasSize(1);
  }

  @Test
  void shouldDecodeEvents() {
    RealtimeEvent event = RealtimeEvent.newBuilder().setSequence(1).build();
    fake.append(
        LogFixture.append(
            fake,
            conversation,
            0,
            fates::add,
            List.of(new LogEntry(event.toByteArray(), LogEntry.NOTHING))));

    assertThat(fake.events(conversation)).containsExactly(event);
  }

  @Test
  void shouldTakeEndingsOnlyWhenItIsToldThatTheDiskIsFull() {
    FakeEventLog log = new FakeEventLog();
    List<Boolean> heard = new ArrayList<>();
    log.listen(heard::add);
    ConversationId c = LogFixture.conversation();
    LogFixture.fateOf(log, LogFixture.append(log, c, 0, fate -> {}, "a"));
    log.setWritable(false);

    assertThat(log.isWritable()).isFalse();
    assertThat(LogFixture.fateOf(log, LogFixture.append(log, c, 1, fate -> {}, "b")))
        .isInstanceOf(AppendOutcome.Unavailable.class);
    Append ending =
        new Append(c, log.epoch(), 1, LogFixture.entries("b"), new Lifecycle.Ending(), fate -> {});
    assertThat(LogFixture.fateOf(log, ending)).isEqualTo(new AppendOutcome.Appended(2));
    log.setWritable(true);
    assertThat(heard).containsExactly(false, true);
  }
}
