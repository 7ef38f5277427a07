package dev.sideband.server.log;

import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.WrongExpected;
import dev.sideband.server.log.Memo.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link EventLog} promises of memos. */
abstract class EventLogMemoContract extends EventLogTellContract {

  private AppendOutcome append(ConversationId conversation, long expected, Memo... memos) {
    Lifecycle lifecycle =
        expected == 0
            ? new Lifecycle.Starts(LogFixture.OWNER, LogFixture.START)
            : new Lifecycle.Continues();
    return LogFixture.fateOf(
        log,
        new Append(
            conversation,
            log.epoch(),
            expected,
            entries("event"),
            lifecycle,
            List.of(memos),
            told.fate()));
  }

  private static Memo memo(Kind kind, String text) {
    return new Memo(kind, text.getBytes(UTF_8));
  }

  private Optional<String> left(ConversationId conversation, Kind kind) {
    return log.memo(conversation, kind).map(bytes -> new String(bytes, UTF_8));
  }

  @Test
  void shouldHaveNoMemosWhenNoneWereLeft() {
    ConversationId c = conversation();
    append(c, 0, "event");

    assertThat(left(c, Kind.BOOKMARK)).isEmpty();
    assertThat(left(c, Kind.CHECKPOINT)).isEmpty();
    assertThat(left(conversation(), Kind.BOOKMARK)).isEmpty();
  }

  @Test
  void shouldKeepTheLatestMemoOfEachKind() {
    ConversationId c = conversation();
    append(c, 0, memo(Kind.BOOKMARK, "one"));
    append(conversation(), 0, memo(Kind.BOOKMARK, "another's"));
    append(c, 1, memo(Kind.BOOKMARK, "two"), memo(Kind.CHECKPOINT, "all so far"));
    append(c, 2, "event");
    reopen();

    assertThat(left(c, Kind.BOOKMARK)).contains("two");
    assertThat(left(c, Kind.CHECKPOINT)).contains("all so far");
    assertThat(readAll(c)).as("no subscriber sees them").hasSize(3);
  }

  @Test
  void shouldKeepAMemoOnlyWithItsEvents() {
    ConversationId c = conversation();
    append(c, 0, memo(Kind.BOOKMARK, "one"));

    assertThat(append(c, 7, memo(Kind.BOOKMARK, "refused"))).isEqualTo(new WrongExpected(1));
    assertThat(left(c, Kind.BOOKMARK)).contains("one");
  }

  @Test
  void shouldForgetTheMemosWhenTheConversationEnds() {
    ConversationId c = conversation();
    append(c, 0, memo(Kind.BOOKMARK, "one"), memo(Kind.CHECKPOINT, "all so far"));
    assertThat(end(c, 1, "event")).isEqualTo(new Appended(2));

    assertThat(left(c, Kind.BOOKMARK)).isEmpty();
    assertThat(left(c, Kind.CHECKPOINT)).isEmpty();
    reopen();
    assertThat(left(c, Kind.BOOKMARK)).isEmpty();
    assertThat(left(c, Kind.CHECKPOINT)).isEmpty();
  }

  @Test
  void shouldRefuseAnEndThatLeavesSomething() {
    assertThatThrownBy(
            () ->
                new Append(
                    conversation(),
                    1,
                    1,
                    entries("last"),
                    new Lifecycle.Ends(),
                    List.of(memo(Kind.BOOKMARK, "one")),
                    told.fate()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
