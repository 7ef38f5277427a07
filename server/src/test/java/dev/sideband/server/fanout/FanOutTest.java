package dev.sideband.server.fanout;

import static dev.sideband.server.fanout.FanOutFixture.ALICE;
import static dev.sideband.server.fanout.FanOutFixture.BOB;
import static dev.sideband.server.fanout.FanOutFixture.OTHER;
import static dev.sideband.server.fanout.FanOutFixture.TALK;
import static dev.sideband.server.fanout.FanOutFixture.WATCHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.fanout.Delivery.CaughtUp;
import dev.sideband.server.fanout.Delivery.Ended;
import dev.sideband.server.fanout.Delivery.Gap;
import dev.sideband.server.fanout.Delivery.Reason;
import dev.sideband.server.fanout.Delivery.Refused;
import dev.sideband.v1.RealtimeEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a subscriber gets, from the beginning of a conversation to its end. */
class FanOutTest {
  private final FanOutFixture given = new FanOutFixture();

  @AfterEach
  void close() {
    given.close();
  }

  private static List<Long> run(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static void live(Follower follower) {
    await().until(() -> follower.told.stream().anyMatch(CaughtUp.class::isInstance));
  }

  private static void ended(Follower follower) {
    await().until(follower::hasEnded);
  }

  @Test
  void shouldGiveStoredThenLiveEventsThenEndWhenFollowing() {
    given.happens(TALK, 5);
    Follower follower = given.follow(ALICE, TALK, 0);
    live(follower);
    assertThat(follower.sequences()).isEqualTo(run(1, 5));
    given.happens(TALK, 5);
    given.ends(TALK);
    ended(follower);
    assertThat(follower.sequences()).isEqualTo(run(1, 11));
    assertThat(follower.told).containsExactly(new CaughtUp(), new Ended());
    assertThat(follower.subscription().sequence()).isEqualTo(11);
  }

  @Test
  void shouldGiveTheLogsOwnBytes() {
    given.happens(TALK, 300);
    Follower follower = given.read(ALICE, TALK, 0);
    ended(follower);
    assertThat(follower.events().stream().map(RealtimeEvent::toByteArray).toList())
        .usingRecursiveComparison()
        .isEqualTo(given.log.committedIn(TALK));
    assertThat(follower.largestBatch()).isLessThanOrEqualTo(64 * 1024);
  }

  @Test
  void shouldBeginAfterTheSequenceWhenResuming() {
    given.happens(TALK, 10);
    Follower follower = given.read(ALICE, TALK, 7);
    ended(follower);
    assertThat(follower.sequences()).isEqualTo(run(8, 10));
  }

  @Test
  void shouldEndWhenCaughtUpAndNotFollowing() {
    given.happens(TALK, 3);
    Follower follower = given.read(ALICE, TALK, 0);
    ended(follower);
    assertThat(follower.told).containsExactly(new CaughtUp(), new Ended());
    assertThat(given.ring.subscriptions()).isZero();
  }

  @Test
  void shouldEndAtOnceWhenTheConversationEndedBefore() {
    given.happens(TALK, 3);
    given.ends(TALK);
    Follower atTheEnd = given.follow(ALICE, TALK, 4);
    Follower before = given.follow(ALICE, TALK, 2);
    ended(atTheEnd);
    ended(before);
    assertThat(atTheEnd.sequences()).isEmpty();
    assertThat(before.sequences()).isEqualTo(run(3, 4));
  }

  @Test
  void shouldSayUnknownWhenTheConversationIsForeignOrAbsent() {
    given.happens(TALK, 1);
    Follower foreign = given.follow(BOB, TALK, 0);
    Follower absent = given.follow(ALICE, OTHER, 0);
    ended(foreign);
    ended(absent);
    assertThat(foreign.told).isEqualTo(absent.told);
    assertThat(foreign.told)
        .singleElement()
        .extracting("reason")
        .isEqualTo(Reason.UNKNOWN_CONVERSATION);
  }

  @Test
  void shouldShowForeignConversationsWhenTheReaderSeesAll() {
    given.happens(TALK, 2);
    Follower follower = given.read(WATCHER, TALK, 0);
    ended(follower);
    assertThat(follower.sequences()).isEqualTo(run(1, 2));
  }

  @Test
  void shouldSayOutOfRangeWhenBeginningPastTheHead() {
    given.happens(TALK, 3);
    Follower past = given.follow(ALICE, TALK, 4);
    Follower huge = given.follow(ALICE, TALK, -1);
    ended(past);
    ended(huge);
    assertThat(past.told)
        .containsExactly(
            new Refused(Reason.OUT_OF_RANGE, "after_sequence: 4 (expected: at most 3)"));
    assertThat(huge.told).singleElement().extracting("reason").isEqualTo(Reason.OUT_OF_RANGE);
  }

  @Test
  void shouldTellTheGapWhenRetentionRemovedTheBeginning() {
    given.happens(TALK, 10);
    given.log.forgetUpTo(TALK, 6);
    Follower follower = given.read(ALICE, TALK, 2);
    ended(follower);
    assertThat(follower.told).containsExactly(new Gap(7), new CaughtUp(), new Ended());
    assertThat(follower.sequences()).isEqualTo(run(7, 10));
  }

  @Test
  void shouldGiveAnEventThatIsLargerThanABatchAlone() {
    given.happens(TALK, 1);
    given.log.commit(TALK, "alice", 1_000_000);
    given.happens(TALK, 1);
    Follower follower = given.read(ALICE, TALK, 0);
    ended(follower);
    assertThat(follower.sequences()).isEqualTo(run(1, 3));
    assertThat(follower.largestBatch()).isBetween(1_000_000L, 1_001_000L);
  }

  @Test
  void shouldGiveAudioInItsPlaceWhileLive() {
    given.happens(TALK, 1);
    Follower follower = given.follow(ALICE, TALK, 0);
    live(follower);
    given.log.commitAudio(TALK, "alice", 100);
    given.happens(TALK, 1);
    given.log.commitAudio(TALK, "alice", 100);
    given.ends(TALK);
    ended(follower);
    assertThat(follower.sequences()).containsExactly(1L, 0L, 2L, 0L, 3L);
    assertThat(follower.events().get(1).getAfterSequence()).isEqualTo(1);
    assertThat(follower.events().get(3).getAfterSequence()).isEqualTo(2);
  }

  @Test
  void shouldGiveNoAudioToWhoCameLateNorToWhoSubscribedToAll() {
    given.happens(TALK, 1);
    Follower live = given.follow(ALICE, TALK, 0);
    Follower all = given.followAll(ALICE, new byte[0]);
    live(live);
    live(all);
    given.log.commitAudio(TALK, "alice", 100);
    await().until(() -> live.events().size() == 2);
    Follower late = given.follow(ALICE, TALK, 0);
    live(late);
    given.ends(TALK);
    ended(late);
    await().until(() -> all.events().size() == 1);
    assertThat(late.sequences()).containsExactly(1L, 2L);
    assertThat(all.sequences()).containsExactly(2L);
  }

  @Test
  void shouldShowOnlyOnesOwnWhenSubscribingToAll() {
    Follower alice = given.followAll(ALICE, new byte[0]);
    Follower watcher = given.followAll(WATCHER, new byte[0]);
    live(alice);
    live(watcher);
    given.happens(TALK, 3);
    given.log.commit(OTHER, "bob", 10);
    given.happens(TALK, 1);
    await().until(() -> watcher.events().size() == 5);
    await().until(() -> alice.events().size() == 4);
    assertThat(alice.events()).allMatch(e -> e.getConversationId().equals(TALK.toString()));
  }

  @Test
  void shouldResumeWhereTheCursorStoodWhenSubscribingToAll() {
    given.log.commit(OTHER, "bob", 10);
    Follower first = given.followAll(ALICE, new byte[0]);
    live(first);
    byte[] cursor = first.subscription().cursor();
    first.subscription().close();
    given.happens(TALK, 400);
    given.log.commit(OTHER, "bob", 10);
    Follower second = given.followAll(ALICE, cursor);
    live(second);
    assertThat(second.sequences()).isEqualTo(run(1, 400));
    assertThat(given.log.committedBy(Optional.of("alice"))).hasSize(400);
  }

  @Test
  void shouldRefuseACursorThatIsNotOurs() {
    Follower nonsense = given.followAll(ALICE, new byte[] {1, 2, 3});
    Follower past = given.followAll(ALICE, Scope.Everything.cursorAt(99));
    ended(nonsense);
    ended(past);
    assertThat(nonsense.told).singleElement().extracting("reason").isEqualTo(Reason.CURSOR_INVALID);
    assertThat(past.told).singleElement().extracting("reason").isEqualTo(Reason.OUT_OF_RANGE);
  }

  @Test
  void shouldSayUnknownWhenRetentionRemovesItWhileItIsRead() {
    for (int i = 0; i < 20; i++) {
      given.log.commit(TALK, "alice", 50_000);
    }
    Subscription reading = given.fanOut.subscribe(ALICE, TALK, 0, true, () -> {});
    assertThat(reading.tryNext()).isInstanceOf(Delivery.Events.class);
    given.log.forget(TALK);

    Delivery next = reading.tryNext();
    while (next instanceof Delivery.Events) {
      next = reading.tryNext();
    }
    assertThat(next)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Reason.UNKNOWN_CONVERSATION));
    assertThat(reading.tryNext()).isInstanceOf(Delivery.Ended.class);
  }

  @Test
  void shouldSayUnavailableWhenTheLogCannotBeRead() {
    given.happens(TALK, 1);
    given.log.failReads();
    Follower follower = given.follow(ALICE, TALK, 0);
    ended(follower);
    assertThat(follower.told)
        .singleElement()
        .extracting("reason")
        .isEqualTo(Reason.LOG_UNAVAILABLE);
  }
}
