package dev.sideband.server.fanout;

import static dev.sideband.server.fanout.FanOutFixture.ALICE;
import static dev.sideband.server.fanout.FanOutFixture.BOB;
import static dev.sideband.server.fanout.FanOutFixture.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.fanout.Delivery.CaughtUp;
import dev.sideband.server.fanout.Delivery.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutFiguresTest {
  private FanOutFixture given = new FanOutFixture();

  @AfterEach
  void close() {
    given.close();
  }

  private FanOutFigures figures() {
    return given.ring.figures();
  }

  private Follower live() {
    Follower follower = given.follow(ALICE, TALK, 0);
    await().until(() -> follower.told.contains(new CaughtUp()));
    return follower;
  }

  @Test
  void shouldCountSubscribersByWhatTheyDo() {
    given.happens(TALK, 1);
    live();
    Subscription unread = given.fanOut.subscribe(ALICE, TALK, 0, true, () -> {});
    assertThat(figures().live()).isEqualTo(1);
    assertThat(figures().catchingUp()).isEqualTo(1);

    unread.close();
    unread.close();

    assertThat(figures().catchingUp()).isZero();
    given.ends(TALK);
    await().until(() -> figures().live() == 0);
  }

  @Test
  void shouldTellHowFarTheSlowestIsBehind() {
    given.happens(TALK, 1);
    Follower stalled = live();
    Follower lively = live();
    stalled.stalled();
    given.happens(TALK, 5_000);
    await().until(() -> lively.events().size() == 5_001);
    await().until(() -> figures().mostBehind() == 5_000);

    stalled.resume();

    await().until(() -> stalled.events().size() == 5_001);
    assertThat(figures().mostBehind()).isZero();
    assertThat(figures().fellBehind()).isPositive();
  }

  @Test
  void shouldCountTheBytesThatWereTaken() {
    given.happens(TALK, 10);
    Follower follower = live();
    assertThat(follower.events()).hasSize(10);
    assertThat(figures().deliveredBytes()).isGreaterThanOrEqualTo(10 * 250);
  }

  @Test
  void shouldCountWhatWasRefused() {
    given.happens(TALK, 1);
    Follower stranger = given.follow(BOB, TALK, 0);
    await().until(stranger::hasEnded);
    assertThat(figures().refused()).containsEntry(Reason.UNKNOWN_CONVERSATION, 1L);
    assertThat(figures().refused()).containsEntry(Reason.TOO_MANY, 0L);
    assertThat(figures().catchingUp()).isZero();
  }

  @Test
  void shouldCountTheRefusedOneOnceWhenTooManyAreOpen() {
    given.close();
    given = new FanOutFixture(1);
    given.happens(TALK, 1);
    live();
    Follower second = given.follow(ALICE, TALK, 0);
    await().until(second::hasEnded);
    assertThat(figures().refused()).containsEntry(Reason.TOO_MANY, 1L);
    assertThat(figures().live()).isEqualTo(1);
    assertThat(figures().catchingUp()).isZero();
  }

  @Test
  @ExpectWarning("A subscriber's signal failed")
  void shouldCountASubscriberWhoseSignalThrowsAsDropped() {
    given.happens(TALK, 1);
    Subscription broken =
        given.fanOut.subscribe(
            ALICE,
            TALK,
            1,
            true,
            () -> {
              throw new IllegalStateException("gone");
            });
    await().until(() -> broken.tryNext() instanceof Delivery.Nothing);
    given.happens(TALK, 1);
    await().until(() -> figures().droppedSubscribers() == 1);
    assertThat(broken.isClosed()).isTrue();
  }

  @Test
  void shouldShowHowFullTheRingIs() {
    given.happens(TALK, 100);
    await().until(() -> figures().ringEvents() == 0);
    assertThat(figures().ringSlots()).isEqualTo(EventRing.SLOTS);
  }
}
