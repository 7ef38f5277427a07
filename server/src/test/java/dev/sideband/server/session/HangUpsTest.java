package dev.sideband.server.session;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RETIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hang-ups that the provider does not confirm at once. */
@Timeout(30)
class HangUpsTest {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(33);
  private static final Duration STEP = Duration.ofMillis(500);

  private final SessionWorld world = new SessionWorld();

  /** Moves the clock by steps, so that what is due happens when it is. */
  private void pass(Duration time) {
    for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
      world.advance(STEP);
    }
  }

  /** A conversation that is ending while the provider cannot be reached. */
  private Live ending() {
    return ending(world.live());
  }

  private Live ending(Live live) {
    world.provider.failHangUps();
    assertThat(world.stop(live.id())).isCompleted();
    return live;
  }

  private int asked() {
    return world.provider.hangUps().size();
  }

  private List<String> confirmed() {
    return world.provider.hangUps().stream()
        .filter(FakeHangUp::isConfirmed)
        .map(FakeHangUp::call)
        .map(CallId::value)
        .toList();
  }

  private List<CallRetired> retired(Live live) {
    return world.events(live.id()).stream()
        .filter(RealtimeEvent::hasCallRetired)
        .map(RealtimeEvent::getCallRetired)
        .toList();
  }

  private static CallRetired retired(int call, HangUp hangUp) {
    return CallRetired.newBuilder().setCall(call).setHangUp(hangUp).build();
  }

  private HangUp ended(Live live) {
    return live.only(CONVERSATION_ENDED).getConversationEnded().getHangUp();
  }

  @Test
  void shouldHangUpOnceTheProviderIsBack() {
    Live live = ending();
    pass(Duration.ofMinutes(10));
    assertThat(world.state(live.id()).getPhase()).isEqualTo(Phase.ENDING);
    assertThat(retired(live)).as("told once").containsExactly(retired(1, HangUp.NOT_CONFIRMED));

    world.provider.answerHangUps();
    pass(LONGEST_PAUSE);
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
    assertThat(live.story()).endsWith(CONVERSATION_ENDING, CALL_RETIRED, CONVERSATION_ENDED);
    int attempts = asked();
    pass(Duration.ofMinutes(2));
    assertThat(asked()).isEqualTo(attempts);
    assertThat(confirmed()).containsExactly("rtc_1");
  }

  @Test
  void shouldAskSoonAtFirstAndSeldomLater() {
    Live live = ending();
    pass(Duration.ofSeconds(10));
    assertThat(asked()).as("after 0, 1, 3 and 7 s").isEqualTo(4);
    pass(Duration.ofMinutes(10));
    assertThat(asked()).isBetween(4 + 600 / 34, 7 + 600 / 27);
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDED);
  }

  @Test
  void shouldGoOnAfterAnAttemptThatIsNeverAnswered() {
    Live live = world.live();
    world.provider.holdHangUps();
    assertThat(world.stop(live.id())).isCompleted();
    pass(SessionWorld.HANG_UP_TIMEOUT.plusSeconds(2));
    assertThat(asked()).isEqualTo(2);
    world.provider.answerHangUps();
    pass(SessionWorld.HANG_UP_TIMEOUT.plusSeconds(3));
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
    assertThat(confirmed()).hasSize(1);
  }

  @Test
  void shouldHangUpInTheNextProcess() {
    Live live = ending();
    pass(Duration.ofMinutes(1));
    world.die(Duration.ofMinutes(1));
    assertThat(retired(live)).as("each process tells it once").hasSize(2);
    pass(Duration.ofMinutes(1));
    assertThat(retired(live)).hasSize(2);

    world.provider.answerHangUps();
    world.die(Duration.ofMinutes(1));
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
    assertThat(confirmed()).containsExactly("rtc_1");
    world.die(Duration.ofMinutes(1));
    assertThat(confirmed()).as("it is over").hasSize(1);
  }

  @Test
  void shouldSaySoWhenTheCallIsOverByItself() {
    Live live = ending();
    pass(Duration.ofMinutes(59));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDED);
    pass(Duration.ofMinutes(1).plus(LONGEST_PAUSE));
    assertThat(ended(live)).isEqualTo(HangUp.NOT_CONFIRMED);
    assertThat(retired(live)).hasSize(1);
    int attempts = asked();
    pass(Duration.ofMinutes(2));
    assertThat(asked()).isEqualTo(attempts);
  }

  @Test
  void shouldKnowTheEndThatTheProviderNames() {
    Live live = world.joined();
    Timestamp end = Timestamps.add(world.last(live.id()).getTime(), ProtoTime.of(minutes(10)));
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder()
            .setSessionConfigured(
                SessionConfigured.newBuilder()
                    .setSession(EffectiveSession.newBuilder().setExpiresAt(end))));
    ending(live);
    pass(minutes(9));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDED);
    pass(minutes(1).plus(LONGEST_PAUSE));
    assertThat(ended(live)).isEqualTo(HangUp.NOT_CONFIRMED);
  }

  @Test
  void shouldTryOnceWhatWasOverByItselfBeforeTheRestart() {
    Live live = ending();
    int attempts = asked();
    world.die(Duration.ofHours(2));
    assertThat(asked()).isEqualTo(attempts + 1);
    assertThat(ended(live)).isEqualTo(HangUp.NOT_CONFIRMED);
    assertThat(retired(live)).as("the last event says it all").hasSize(1);
  }

  @Test
  void shouldRetireACallOnceTheProviderIsBack() {
    world.provider.failHangUps();
    Live live = Renewing.renewed(world.live());
    pass(minutes(5));
    assertThat(retired(live)).containsExactly(retired(1, HangUp.NOT_CONFIRMED));

    world.provider.answerHangUps();
    pass(LONGEST_PAUSE);
    assertThat(retired(live))
        .containsExactly(retired(1, HangUp.NOT_CONFIRMED), retired(1, HangUp.HUNG_UP));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(confirmed()).containsExactly("rtc_1", "rtc_2");
  }

  @Test
  void shouldGiveUpARetiredCallThatIsOverByItself() {
    world.provider.failHangUps();
    Live live = Renewing.renewed(world.live());
    pass(minutes(60).plus(LONGEST_PAUSE));
    int attempts = asked();
    pass(minutes(5));
    assertThat(asked()).isEqualTo(attempts);
    assertThat(retired(live)).containsExactly(retired(1, HangUp.NOT_CONFIRMED));
    world.provider.answerHangUps();
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(confirmed()).as("asked once more at the end").contains("rtc_1", "rtc_2");
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
  }

  @Test
  void shouldForgetNoOutcomeOverARestart() {
    world.provider.holdHangUps();
    Live live = world.live();
    Renewing.of(live).created("rtc_2").joined();
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(world.provider.nextHangUp().call()).isEqualTo(new CallId("rtc_2"));
    world.provider.hangUps().get(0).succeed();
    world.settle();
    world.provider.answerHangUps();
    world.restart();
    assertThat(retired(live)).containsExactly(retired(2, HangUp.HUNG_UP));
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
    assertThat(confirmed()).containsExactly("rtc_2", "rtc_1");
  }

  @Test
  void shouldHangUpWithoutAWordWhileTheLogTakesNoEvents() {
    world.provider.failHangUps();
    Live live = Renewing.renewed(world.live());
    int before = live.story().size();
    world.log.setWritable(false);
    world.settle();
    pass(minutes(1));
    world.provider.answerHangUps();
    pass(LONGEST_PAUSE);
    assertThat(confirmed()).containsExactly("rtc_1");
    assertThat(live.story()).hasSize(before);

    world.log.setWritable(true);
    world.settle();
    assertThat(retired(live))
        .containsExactly(retired(1, HangUp.NOT_CONFIRMED), retired(1, HangUp.HUNG_UP));
  }

  @Test
  void shouldStillGoOnWhenItEndsWhileTheLogTakesNoEvents() {
    Live live = world.live();
    world.log.setWritable(false);
    world.settle();
    ending(live);
    pass(minutes(1));
    world.provider.answerHangUps();
    pass(LONGEST_PAUSE);
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
  }

  @Test
  void shouldLeaveNobodyBehindWhenItsSessionIsRebuilt() {
    world.provider.failHangUps();
    Live live = Renewing.renewed(world.live());
    for (int i = 0; i < 5; i++) { // Each is another session for the same conversation.
      world.log.setWritable(false);
      world.settle();
      world.log.setWritable(true);
      world.settle();
    }
    pass(minutes(2));
    int attempts = asked();
    pass(minutes(10));
    assertThat(asked() - attempts).as("of one session").isLessThanOrEqualTo(600 / 27 + 1);
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
  }

  @Test
  void shouldLeaveToTheNextStartWhatDoesNotEndWithTheServer() throws InterruptedException {
    Live live = world.live();
    world.provider.failHangUps();
    Thread exiting = new Thread(world.conversations::exit);
    exiting.start();
    while (!live.story().contains(CALL_RETIRED)) {
      world.settle();
    }
    exiting.interrupt(); // As if its patience were at an end.
    exiting.join();
    assertThat(live.story()).contains(CONVERSATION_ENDING).doesNotContain(CONVERSATION_ENDED);

    world.provider.answerHangUps();
    world.restart();
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }
}
