package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.HANG_UP_TIMEOUT;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RETIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_DISCARDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_IN_DOUBT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Limits;
import dev.sideband.v1.Severity;
import dev.sideband.v1.StartRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EndingTest {
  private final SessionWorld world = new SessionWorld();

  @Test
  void shouldHangUpOnlyWhenConversationEndingIsDurable() {
    Live live = world.live();
    world.log.hold();
    var stopped = world.stop(live.id());
    assertThat(stopped).isNotDone();
    assertThat(world.provider.hangUps()).isEmpty();

    world.log.release();
    world.settle();

    assertThat(get(stopped).getReason()).isEqualTo(EndReason.REQUESTED);
    assertThat(live.story()).endsWith(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(ended(live)).isEqualTo(HangUp.HUNG_UP);
  }

  @Test
  void shouldEndOnceWhenStoppedTwice() {
    Live live = world.live();
    long first = get(world.stop(live.id())).getSequence();
    long second = get(world.stop(live.id())).getSequence();
    assertThat(second).isEqualTo(first);
    assertThat(live.story()).containsOnlyOnce(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.provider.hangUps()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "UNREACHABLE", "TIMED_OUT", "UNAUTHORIZED"})
  void shouldSayThatTheHangUpIsNotConfirmedYet(ProviderException.Kind failure) {
    world.provider.holdHangUps();
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.provider.nextHangUp().fail(failure);
    world.settle();
    assertThat(live.story()).endsWith(CONVERSATION_ENDING, CALL_RETIRED);
    assertThat(live.only(CALL_RETIRED).getCallRetired().getCall()).isEqualTo(1);
    assertThat(live.only(CALL_RETIRED).getCallRetired().getHangUp())
        .isEqualTo(HangUp.NOT_CONFIRMED);
    assertThat(world.state(live.id()).getPhase()).isEqualTo(Phase.ENDING);
  }

  @Test
  void shouldTakeNotFoundForGone() {
    world.provider.holdHangUps();
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.provider.nextHangUp().fail(ProviderException.Kind.NOT_FOUND);
    world.settle();
    assertThat(ended(live)).isEqualTo(HangUp.ALREADY_GONE);
    assertThat(live.story()).doesNotContain(CALL_RETIRED);
  }

  @Test
  void shouldSayThatTheCallWasGoneAlready() {
    world.provider.holdHangUps();
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.provider.nextHangUp().succeed(HangUpOutcome.ALREADY_GONE);
    world.settle();
    assertThat(ended(live)).isEqualTo(HangUp.ALREADY_GONE);
  }

  @Test
  void shouldNotWaitForAnAttemptForEver() {
    world.provider.holdHangUps();
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.advance(HANG_UP_TIMEOUT);
    assertThat(live.only(CALL_RETIRED).getCallRetired().getHangUp())
        .isEqualTo(HangUp.NOT_CONFIRMED);
    world.provider.nextHangUp().succeed();
    world.settle();
    assertThat(ended(live)).as("late is not never").isEqualTo(HangUp.HUNG_UP);
    world.advance(Duration.ofMinutes(5));
    assertThat(world.provider.hangUps()).hasSize(1);
    assertThat(live.story()).containsOnlyOnce(CONVERSATION_ENDED).endsWith(CONVERSATION_ENDED);
  }

  @Test
  void shouldDiscardWhatWasNotSent() {
    Live live = world.calling();
    String id = live.sends(text("never sent")).getInputId();
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(live.only(INPUT_DISCARDED).getInputDiscarded().getInputId()).isEqualTo(id);
    assertThat(live.sideband().commands()).isEmpty();
  }

  @Test
  void shouldLeaveWhatWasNotConfirmedInDoubt() {
    Live live = world.live();
    String id = live.sends(text("sent")).getInputId();
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(live.only(INPUT_IN_DOUBT).getInputInDoubt().getInputId()).isEqualTo(id);
    assertThat(world.state(live.id()).getPendingInputs()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "FATAL,PROVIDER_AUTH,AUTH",
    "FATAL,PROVIDER_ERROR,PROVIDER_FATAL",
    "FATAL,CONTENT_REFUSED,CONTENT",
    "OUT_OF_QUOTA,PROVIDER_QUOTA,QUOTA",
    "PAST_LIMIT,SESSION_EXPIRED,EXPIRED"
  })
  void shouldEndAfterAFinalProviderError(Severity severity, ErrorCode code, EndReason reason) {
    Live live = world.live();
    live.sideband()
        .emitError(ErrorOccurred.newBuilder().setSeverity(severity).setCode(code).build(), "", "");
    world.settle();
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({"RECOVERABLE", "TURN"})
  void shouldGoOnAfterAnyOtherProviderError(Severity severity) {
    Live live = world.live();
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder()
                .setSeverity(severity)
                .setCode(ErrorCode.PROVIDER_ERROR)
                .build(),
            "",
            "");
    world.settle();
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
  }

  @Test
  void shouldEndWhenItHasLastedTooLong() {
    Live live = world.live(limited(Limits.newBuilder().setMaxDuration(seconds(60))));
    world.advance(Duration.ofSeconds(60));
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.MAX_DURATION);
    assertThat(Durations.toSeconds(world.last(live.id()).getConversationEnded().getDuration()))
        .isEqualTo(60);
  }

  @Test
  void shouldEndWhenNothingHappensButNotBefore() {
    Live live = world.live(limited(Limits.newBuilder().setIdleTimeout(seconds(30))));
    world.advance(Duration.ofSeconds(20));
    live.sends(text("still here"));
    world.advance(Duration.ofSeconds(20));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
    world.advance(Duration.ofSeconds(10));
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.IDLE);
  }

  @Test
  void shouldEndWhenPromisedMediaNeverComes() {
    Live live = world.live(webRtc().toBuilder().setReportsMedia(true).build());
    world.advance(Duration.ofSeconds(30));
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.NO_MEDIA);
  }

  @Test
  void shouldGoOnWhenPromisedMediaCame() {
    Live live = world.live(webRtc().toBuilder().setReportsMedia(true).build());
    live.sends(SessionWorld.milestone("ice_connected"));
    world.advance(Duration.ofSeconds(60));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
  }

  private static StartRequest limited(Limits.Builder limits) {
    return webRtc().toBuilder().setLimits(limits).build();
  }

  private static com.google.protobuf.Duration seconds(long seconds) {
    return Durations.fromSeconds(seconds);
  }

  private HangUp ended(Live live) {
    return world.last(live.id()).getConversationEnded().getHangUp();
  }
}
