package dev.sideband.server.fanout;

import static dev.sideband.server.fanout.FanOutFixture.ALICE;
import static dev.sideband.server.fanout.FanOutFixture.OTHER;
import static dev.sideband.server.fanout.FanOutFixture.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.fanout.Delivery.CaughtUp;
import dev.sideband.server.fanout.Delivery.Reason;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a slow, stalled or broken subscriber costs: itself some reads, everybody else nothing. */
class SlowSubscriberTest {
  private FanOutFixture given = new FanOutFixture();

  @AfterEach
  void close() {
    given.close();
  }

  private static void live(Follower follower) {
    await().until(() -> follower.told.contains(new CaughtUp()));
  }

  private static List<Long> run(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void shouldBoundWhatAStalledSubscriberHoldsWhileOthersFollow() {
    given.happens(TALK, 1);
    Follower stalled = given.follow(ALICE, TALK, 0);
    Follower lively = given.follow(ALICE, TALK, 0);
    live(stalled);
    live(lively);
    stalled.stalled();
    given.happens(TALK, 5_000);
    await().until(() -> lively.events().size() == 5_001);
    assertThat(stalled.subscription().queuedBytes()).isLessThanOrEqualTo(LiveQueue.MAX_BYTES);
    stalled.resume();
    await().until(() -> stalled.events().size() == 5_001);
    assertThat(stalled.sequences()).isEqualTo(run(1, 5_001));
    assertThat(stalled.told).containsOnlyOnce(new CaughtUp());
  }

  @Test
  void shouldDropTheOldestAudioWhenASubscriberIsStalled() {
    given.happens(TALK, 1);
    Follower follower = given.follow(ALICE, TALK, 0);
    live(follower);
    follower.stalled();
    // Registered later, so offered each event later: when it has the last, the stalled one had it.
    Follower lively = given.follow(ALICE, TALK, 0);
    live(lively);
    for (int i = 0; i < 1_000; i++) {
      given.log.commitAudio(TALK, "alice", 1_000 + i);
    }
    given.ends(TALK);
    await().until(lively::hasEnded);
    assertThat(follower.subscription().queuedBytes())
        .isLessThanOrEqualTo(LiveQueue.MAX_AUDIO_BYTES + 1_000);
    assertThat(given.ring.droppedAudioFrames()).isGreaterThan(800);
    follower.resume();
    await().until(follower::hasEnded);
    assertThat(follower.events()).hasSizeBetween(10, 300);
    int size = follower.events().size();
    assertThat(follower.events().get(size - 1).getSequence()).isEqualTo(2);
    assertThat(follower.events().get(size - 2).getTranscriptDelta().getDelta()).hasSize(1_999);
  }

  @Test
  @ExpectWarning("A subscriber's signal failed")
  void shouldKeepTheOthersWhenASignalThrows() {
    given.happens(TALK, 1);
    CountDownLatch thrown = new CountDownLatch(1);
    Subscription broken =
        given.fanOut.subscribe(
            ALICE,
            TALK,
            1,
            true,
            () -> {
              thrown.countDown();
              throw new RejectedExecutionException("the executor is gone");
            });
    await().until(() -> broken.tryNext() instanceof Delivery.Nothing);
    Follower lively = given.follow(ALICE, TALK, 0);
    live(lively);
    given.happens(TALK, 10);
    await().until(() -> lively.events().size() == 11);
    assertThat(thrown.getCount()).isZero();
    assertThat(broken.isClosed()).isTrue();
    await().until(() -> given.ring.subscriptions() == 1);
  }

  @Test
  void shouldRefuseAndRecoverWhenTooManySubscribe() {
    given.close();
    given = new FanOutFixture(2);
    given.happens(TALK, 1);
    Follower first = given.follow(ALICE, TALK, 0);
    Follower second = given.follow(ALICE, TALK, 0);
    live(first);
    live(second);
    Follower third = given.follow(ALICE, TALK, 0);
    await().until(third::hasEnded);
    assertThat(third.told).last().extracting("reason").isEqualTo(Reason.TOO_MANY);
    first.subscription().close();
    await().until(() -> given.ring.subscriptions() == 1);
    Follower fourth = given.follow(ALICE, TALK, 0);
    live(fourth);
    given.happens(TALK, 1);
    await().until(() -> fourth.events().size() == 2);
  }

  @Test
  void shouldForgetASubscriptionThatIsClosedAtAnyTime() {
    given.happens(TALK, 1);
    given.happens(OTHER, 1);
    for (int i = 0; i < 100; i++) {
      Follower follower = given.follow(ALICE, i % 2 == 0 ? TALK : OTHER, 0);
      if (i % 10 == 0) {
        live(follower);
      }
      follower.subscription().close();
    }
    await().until(() -> given.ring.subscriptions() == 0);
  }
}
