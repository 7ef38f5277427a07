package dev.sideband.server.log;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;
import static dev.sideband.server.log.LogFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.Fenced;
import dev.sideband.server.log.AppendOutcome.WrongExpected;
import dev.sideband.server.log.CommittedEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What {@link EventLog} promises about appending, sentence by sentence. */
abstract class EventLogAppendContract extends EventLogScenario {
  @Test
  void shouldNumberEventsFromOneWithoutGapsWhenAppended() {
    ConversationId c = conversation();

    assertThat(append(c, 0, "a")).isEqualTo(new Appended(1));
    assertThat(append(c, 1, "b", "c")).isEqualTo(new Appended(3));
    assertThat(readAll(c)).extracting(CommittedEvent::sequence).containsExactly(1L, 2L, 3L);
    assertThat(texts(readAll(c))).containsExactly("a", "b", "c");
  }

  @Test
  void shouldKeepWhatWasAppendedWhenReopened() {
    ConversationId live = conversation();
    ConversationId ended = conversation();
    append(live, 0, "a", "b");
    append(ended, 0, "c");
    end(ended, 1, "d");
    Head liveHead = log.head(live).orElseThrow();
    Head endedHead = log.head(ended).orElseThrow();
    long position = log.lastPosition();

    reopen();

    assertThat(texts(readAll(live))).containsExactly("a", "b");
    assertThat(texts(readAll(ended))).containsExactly("c", "d");
    assertThat(log.head(live)).contains(liveHead);
    assertThat(log.head(ended)).contains(endedHead);
    assertThat(log.lastPosition()).isEqualTo(position);
    assertThat(append(live, 2, "e")).isEqualTo(new Appended(3));
    assertThat(append(ended, 2, "e")).isEqualTo(new WrongExpected(2));
  }

  @Test
  void shouldHaveALargerEpochWhenReopened() {
    long first = log.epoch();
    reopen();
    long second = log.epoch();
    reopen();

    assertThat(second).isGreaterThan(first);
    assertThat(log.epoch()).isGreaterThan(second);
  }

  @Test
  void shouldAppendOneOfEightWhenAllExpectTheSame() throws InterruptedException {
    ConversationId c = conversation();
    append(c, 0, "start");
    for (int round = 1; round <= 50; round++) {
      long expected = round;
      List<AppendOutcome> outcomes =
          LogFixture.atOnce(8, writer -> append(c, expected, "writer " + writer));

      assertThat(outcomes).filteredOn(Appended.class::isInstance).hasSize(1);
      assertThat(outcomes).containsOnlyOnce(new Appended(expected + 1));
      assertThat(outcomes).filteredOn(new WrongExpected(expected + 1)::equals).hasSize(7);
    }
    assertThat(readAll(c)).hasSize(51);
  }

  @Test
  void shouldRefuseAndWriteNothingWhenAnotherSequenceIsExpected() {
    ConversationId c = conversation();

    assertThat(append(c, 3, "a")).isEqualTo(new WrongExpected(0));
    assertThat(append(c, 0, "a")).isEqualTo(new Appended(1));
    assertThat(append(c, 0, "b")).isEqualTo(new WrongExpected(1));
    assertThat(append(c, 2, "b", "c")).isEqualTo(new WrongExpected(1));
    assertThat(texts(readAll(c))).containsExactly("a");
    assertThat(texts(told.events())).containsExactly("a");
  }

  @Test
  void shouldFenceWhenTheEpochIsStale() {
    ConversationId c = conversation();
    append(c, 0, "a");
    long stale = log.epoch();
    reopen();

    assertThat(
            LogFixture.fateOf(
                log, new Append(c, stale, 1, entries("b"), new Lifecycle.Continues(), told.fate())))
        .isEqualTo(new Fenced(log.epoch()));
    assertThat(texts(readAll(c))).containsExactly("a");
    assertThat(append(c, 1, "b")).isEqualTo(new Appended(2));
    assertThat(log.head(c).orElseThrow().epoch()).isEqualTo(log.epoch());
  }

  @Test
  void shouldThrowWhenTheEpochWasNeverGiven() {
    Append append =
        new Append(
            conversation(),
            log.epoch() + 1,
            0,
            entries("a"),
            new Lifecycle.Starts(OWNER, START),
            told.fate());

    assertThatThrownBy(() -> log.append(append)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseEverythingWhenTheConversationHasEnded() {
    ConversationId c = conversation();
    append(c, 0, "a");

    assertThat(end(c, 1, "b", "c")).isEqualTo(new Appended(3));
    assertThat(append(c, 3, "d")).isEqualTo(new WrongExpected(3));
    assertThat(end(c, 3, "d")).isEqualTo(new WrongExpected(3));
    assertThat(append(c, 0, "d")).isEqualTo(new WrongExpected(3));
    assertThat(readAll(c))
        .extracting(CommittedEvent::kind)
        .containsExactly(Kind.STORED, Kind.STORED, Kind.LAST);
    assertThat(told.events())
        .extracting(CommittedEvent::kind)
        .containsExactly(Kind.STORED, Kind.STORED, Kind.LAST);
  }

  @Test
  void shouldJudgeInOrderWhenAppendsAreQueued() {
    ConversationId c = conversation();
    int appends = 2_000;
    for (int sequence = 0; sequence < appends - 1; sequence++) {
      queue(c, sequence, told.fate(), "event " + sequence);
    }
    append(c, appends - 1, "last");

    assertThat(told.fates())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, appends).mapToObj(Appended::new).toList());
    assertThat(readAll(c)).hasSize(appends);
  }

  @Test
  void shouldRefuseThoseBehindWhenOneIsRefused() {
    ConversationId c = conversation();
    ConversationId other = conversation();
    append(c, 0, "a");
    List<AppendOutcome> others = new ArrayList<>();
    queue(other, 0, others::add, "x");
    queue(c, 7, told.fate(), "refused");
    queue(c, 8, told.fate(), "behind");
    queue(other, 1, others::add, "y");
    queue(c, 9, told.fate(), "behind");
    append(c, 1, "b");

    assertThat(told.fates())
        .containsExactly(
            new Appended(1),
            new WrongExpected(1),
            new WrongExpected(1),
            new WrongExpected(1),
            new Appended(2));
    assertThat(others).containsExactly(new Appended(1), new Appended(2));
    assertThat(texts(readAll(c))).containsExactly("a", "b");
    assertThat(texts(readAll(other))).containsExactly("x", "y");
  }
}
