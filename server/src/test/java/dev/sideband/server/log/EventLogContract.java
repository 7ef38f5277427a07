package dev.sideband.server.log;

import static dev.sideband.server.log.LogFixture.OWNER;
import static dev.sideband.server.log.LogFixture.START;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;
import static dev.sideband.server.log.LogFixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.CommittedEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What {@link EventLog} promises, sentence by sentence: reading here, memos, telling and appending
 * in its parents. Every event log and every fake of one passes it.
 */
public abstract class EventLogContract extends EventLogMemoContract {
  private static final int ALL = Integer.MAX_VALUE;

  private void start(ConversationId conversation, String owner, Instant at) {
    Append append =
        new Append(
            conversation,
            log.epoch(),
            0,
            entries("event"),
            new Lifecycle.Starts(owner, at),
            fate -> {});
    assertThat(LogFixture.fateOf(log, append)).isEqualTo(new AppendOutcome.Appended(1));
  }

  @Test
  void shouldReadNothingWhenThereIsNoSuchConversation() {
    append(conversation(), 0, "a");

    assertThat(log.read(conversation(), 0, ALL)).isEmpty();
    assertThat(log.readEntries(conversation(), 0, ALL)).isEmpty();
    assertThat(log.head(conversation())).isEmpty();
  }

  @Test
  void shouldReadWhatComesAfterASequence() {
    ConversationId c = conversation();
    append(c, 0, "a", "b", "c");
    append(conversation(), 0, "x");

    assertThat(texts(log.read(c, 0, ALL))).containsExactly("a", "b", "c");
    assertThat(texts(log.read(c, 2, ALL))).containsExactly("c");
    assertThat(log.read(c, 3, ALL)).isEmpty();
    assertThat(log.read(c, 99, ALL)).isEmpty();
  }

  @Test
  void shouldFitPagesIntoTheirBytesWithoutGaps() {
    ConversationId c = conversation();
    append(c, 0, "aaaa", "bbbb", "cc", "dddddddddddd", "e");

    assertThat(texts(log.read(c, 0, 10))).containsExactly("aaaa", "bbbb", "cc");
    assertThat(texts(log.read(c, 0, 9))).containsExactly("aaaa", "bbbb");
    assertThat(texts(log.read(c, 3, 10))).containsExactly("dddddddddddd");
    assertThat(texts(log.read(c, 4, 0))).containsExactly("e");

    List<CommittedEvent> paged = new ArrayList<>();
    List<CommittedEvent> page = log.read(c, 0, 5);
    while (!page.isEmpty()) {
      paged.addAll(page);
      page = log.read(c, paged.size(), 5);
    }
    assertThat(paged).extracting(CommittedEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void shouldReadThePrivatePartsOnlyAsEntries() {
    ConversationId c = conversation();
    append(c, 0, "a", "b", "c");

    assertThat(log.readEntries(c, 0, ALL))
        .extracting(entry -> new String(entry.privatePart(), UTF_8))
        .containsExactly("private a", "private b", "private c");
    assertThat(log.readEntries(c, 1, ALL))
        .extracting(entry -> new String(entry.event(), UTF_8))
        .containsExactly("b", "c");
    assertThat(log.readEntries(c, 0, "aprivate ab".length())).hasSize(1);
    assertThat(log.readEntries(c, 0, "aprivate abprivate b".length())).hasSize(2);
  }

  @Test
  void shouldReadTheEventsOfOneConversationOnlyWhenIdsAreNeighbours() {
    ConversationId first = new ConversationId(new UUID(-1, -2));
    ConversationId second = new ConversationId(new UUID(-1, -1));
    append(first, 0, "a", "b");
    append(second, 0, "c", "d");

    assertThat(texts(log.read(first, 0, ALL))).containsExactly("a", "b");
    assertThat(texts(log.read(second, 1, ALL))).containsExactly("d");
  }

  @Test
  void shouldReadAllConversationsInCommitOrder() {
    assertThat(log.lastPosition()).isZero();
    assertThat(log.readAll(0, ALL)).isEmpty();
    ConversationId one = conversation();
    ConversationId two = conversation();
    append(one, 0, "a", "b");
    append(two, 0, "c");
    append(one, 2, "d");
    end(two, 1, "event");

    List<CommittedEvent> all = log.readAll(0, ALL);
    assertThat(texts(all)).containsExactly("a", "b", "c", "d", "event");
    assertThat(all).extracting(CommittedEvent::position).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(all)
        .extracting(CommittedEvent::conversation)
        .containsExactly(one, one, two, one, two);
    assertThat(all).extracting(CommittedEvent::sequence).containsExactly(1L, 2L, 1L, 3L, 2L);
    assertThat(all).extracting(CommittedEvent::owner).containsOnly(OWNER);
    assertThat(all.get(4).kind()).isEqualTo(Kind.LAST);
    assertThat(log.lastPosition()).isEqualTo(5);
    assertThat(texts(log.readAll(1, 2))).containsExactly("b", "c");
    assertThat(texts(log.readAll(4, 0))).containsExactly("event");
    assertThat(log.readAll(5, ALL)).isEmpty();
    assertThat(log.readAll(99, ALL)).isEmpty();
  }

  @Test
  void shouldSayWhereAConversationStands() {
    ConversationId c = conversation();
    append(c, 0, "a", "b");
    assertThat(log.head(c)).contains(new Head(c, OWNER, START, 1, 2, log.epoch(), true));

    end(c, 2, "event");
    assertThat(log.head(c)).contains(new Head(c, OWNER, START, 1, 3, log.epoch(), false));
  }

  @Test
  void shouldListNewestStartFirstInPages() {
    for (int second : List.of(3, 1, 5, 2, 4)) {
      start(conversation(), OWNER, START.plusSeconds(second));
    }
    start(conversation(), OWNER, START.plusSeconds(5).plusNanos(1));
    start(conversation(), OWNER, Instant.EPOCH.minusSeconds(9));

    List<Head> all = log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 99));
    assertThat(all)
        .extracting(Head::startedAt)
        .containsExactly(
            START.plusSeconds(5).plusNanos(1),
            START.plusSeconds(5),
            START.plusSeconds(4),
            START.plusSeconds(3),
            START.plusSeconds(2),
            START.plusSeconds(1),
            Instant.EPOCH.minusSeconds(9));
    assertThat(paged(Optional.empty(), false)).isEqualTo(all);
    assertThat(paged(Optional.empty(), true)).isEqualTo(all);
    assertThat(log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 0))).isEmpty();
  }

  @Test
  void shouldListEachOnceWhenStartsAreTheSame() {
    for (int i = 0; i < 7; i++) {
      start(conversation(), OWNER, START);
    }

    assertThat(paged(Optional.empty(), false)).hasSize(7).doesNotHaveDuplicates();
    assertThat(paged(Optional.empty(), true)).isEqualTo(paged(Optional.of(OWNER), false));
  }

  @Test
  void shouldListOnlyTheOwnersAndOnlyTheLiveWhenAsked() {
    ConversationId annEnded = conversation();
    ConversationId annLive = conversation();
    ConversationId bobLive = conversation();
    ConversationId annaLive = conversation();
    start(annEnded, "ann", START.plusSeconds(1));
    start(annLive, "ann", START.plusSeconds(2));
    start(bobLive, "bob", START.plusSeconds(3));
    start(annaLive, "anna", START.plusSeconds(4));
    end(annEnded, 1, "event");

    assertThat(ids(Optional.empty(), false)).containsExactly(annaLive, bobLive, annLive, annEnded);
    assertThat(ids(Optional.empty(), true)).containsExactly(annaLive, bobLive, annLive);
    assertThat(ids(Optional.of("ann"), false)).containsExactly(annLive, annEnded);
    assertThat(ids(Optional.of("ann"), true)).containsExactly(annLive);
    assertThat(ids(Optional.of("nobody"), false)).isEmpty();
    assertThat(ids(Optional.of("nobody"), true)).isEmpty();
    assertThat(paged(Optional.of("ann"), false))
        .isEqualTo(log.heads(new HeadQuery(Optional.of("ann"), false, Optional.empty(), 9)));
  }

  @Test
  void shouldGoOnAfterAHeadThatHasEndedMeanwhile() {
    ConversationId older = conversation();
    ConversationId newer = conversation();
    start(older, OWNER, START);
    start(newer, OWNER, START.plusSeconds(1));
    Head last = log.heads(new HeadQuery(Optional.empty(), true, Optional.empty(), 1)).get(0);
    end(newer, 1, "event");

    assertThat(log.heads(new HeadQuery(Optional.empty(), true, Optional.of(last), 9)))
        .extracting(Head::conversation)
        .containsExactly(older);
  }

  private List<ConversationId> ids(Optional<String> owner, boolean liveOnly) {
    return log.heads(new HeadQuery(owner, liveOnly, Optional.empty(), 99)).stream()
        .map(Head::conversation)
        .toList();
  }

  /** All heads, two at a time. */
  private List<Head> paged(Optional<String> owner, boolean liveOnly) {
    List<Head> all = new ArrayList<>();
    Optional<Head> before = Optional.empty();
    List<Head> page = log.heads(new HeadQuery(owner, liveOnly, before, 2));
    while (!page.isEmpty()) {
      all.addAll(page);
      before = Optional.of(page.get(page.size() - 1));
      page = log.heads(new HeadQuery(owner, liveOnly, before, 2));
    }
    return all;
  }
}
