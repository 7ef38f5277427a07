package dev.sideband.server.log;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.Unavailable;
import dev.sideband.server.log.AppendOutcome.WrongExpected;
import dev.sideband.server.log.CommittedEvent.Kind;
import dev.sideband.server.log.LogFixture.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What {@link EventLog} promises about telling and closing, sentence by sentence. */
abstract class EventLogTellContract extends EventLogAppendContract {
  @Test
  void shouldTellFateBeforeEventsWhenAppended() {
    ConversationId c = conversation();
    queue(c, 0, told.fate(), "a", "b");
    queue(c, 2, told.fate(), "c");
    queue(c, 2, told.fate(), "refused");
    append(c, 3, "d");
    log.close();

    assertThat(told.all()).hasSize(8);
    assertThat(told.all().get(0)).isEqualTo(new Appended(2));
    assertThat(told.all().get(3)).isEqualTo(new Appended(3));
    assertThat(told.all().get(5)).isEqualTo(new WrongExpected(3));
    assertThat(told.all().get(6)).isEqualTo(new Appended(4));
    assertThat(texts(told.events())).containsExactly("a", "b", "c", "d");
  }

  @Test
  void shouldShowReadersWhatWasTold() {
    ConversationId c = conversation();
    List<String> seen = new ArrayList<>();
    List<Head> heads = new ArrayList<>();
    Consumer<AppendOutcome> fate =
        outcome -> {
          seen.addAll(texts(readAll(c)));
          heads.add(log.head(c).orElseThrow());
        };
    LogFixture.fateOf(log, LogFixture.append(log, c, 0, fate, "a", "b"));

    assertThat(seen).containsExactly("a", "b");
    assertThat(heads).containsExactly(new Head(c, OWNER, START, 1, 2, log.epoch(), true));
  }

  @Test
  void shouldTellEachEventOnceInCommitOrderWhenManyWrite() throws InterruptedException {
    int writers = 4;
    int appends = 100;
    LogFixture.atOnce(
        writers,
        writer -> {
          ConversationId c = conversation();
          for (int i = 0; i < appends; i++) {
            append(c, 2L * i, "a", "b");
          }
          return c;
        });
    log.close();

    assertThat(told.events())
        .extracting(CommittedEvent::position)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 2L * writers * appends).boxed().toList());
    assertThat(told.events()).extracting(CommittedEvent::owner).containsOnly(OWNER);
  }

  @Test
  void shouldPassEphemeralEventsInOrderWithoutStoringThem() {
    ConversationId c = conversation();
    queue(c, 0, told.fate(), "a");
    assertThat(log.pass(ephemeral(c, 1, "frame 1"))).isTrue();
    queue(c, 1, told.fate(), "b");
    assertThat(log.pass(ephemeral(c, 2, "frame 2"))).isTrue();
    append(c, 2, "c");
    log.close();

    assertThat(texts(told.events())).containsExactly("a", "frame 1", "b", "frame 2", "c");
    assertThat(log.pass(ephemeral(c, 3, "frame 3"))).isFalse();
    reopen();
    assertThat(texts(readAll(c))).containsExactly("a", "b", "c");
    assertThat(log.lastPosition()).isEqualTo(3);
  }

  private static CommittedEvent ephemeral(ConversationId c, long after, String text) {
    return new CommittedEvent(c, OWNER, after, 0, Kind.EPHEMERAL, text.getBytes(UTF_8));
  }

  @Test
  void shouldTellEveryFateOnceWhenClosedWhileAppending() throws InterruptedException {
    ConversationId c = conversation();
    int appends = 5_000;
    Told fates = new Told();
    Thread appender =
        new Thread(
            () -> {
              for (int i = 0; i < appends; i++) {
                queue(c, i, fates.fate(), "event " + i);
              }
            },
            "appender");
    append(conversation(), 0, "warm");
    appender.start();
    log.close();
    appender.join();

    assertThat(fates.fates()).hasSize(appends);
    long appended = fates.fates().stream().filter(Appended.class::isInstance).count();
    assertThat(fates.fates())
        .filteredOn(outcome -> !(outcome instanceof Appended))
        .allMatch(Unavailable.class::isInstance);
    reopen();
    assertThat(readAll(c)).hasSize((int) appended);
  }

  @Test
  void shouldRefuseAppendsAndReadsWhenClosed() {
    ConversationId c = conversation();
    append(c, 0, "a");
    log.close();
    log.close();

    assertThat(append(c, 1, "b")).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> readAll(c))
        .isInstanceOfSatisfying(
            EventLogException.class,
            e -> assertThat(e.kind()).isEqualTo(EventLogException.Kind.UNAVAILABLE));
  }
}
