package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_CREATED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RENEWED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RETIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.RENEWAL_FAILED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RenewRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Renewals that come to nothing, and ends that come in the middle of one. */
@Timeout(30)
class RenewalFailureTest {
  private static final String REQUEST_ID = new UUID(1, 2).toString();

  private final SessionWorld world = new SessionWorld();
  private final Live live = world.live();

  private List<String> hungUp() {
    return world.provider.hangUps().stream().map(FakeHangUp::call).map(CallId::value).toList();
  }

  @Test
  void shouldRefuseASecondOneMeanwhile() {
    Renewing.of(live);
    assertThat(refusal(Renewing.of(live).answer())).isEqualTo(ErrorCode.RENEWAL_UNDER_WAY);
    assertThat(world.provider.creates()).hasSize(2);
  }

  @Test
  void shouldRefuseWhatHasNoCallOrIsOver() {
    var start = world.start(SessionWorld.webSocket());
    Live other = new Live(world, SessionWorld.idOf(start), world.provider.nextSideband());
    assertThat(refusal(Renewing.of(other).answer()))
        .isEqualTo(ErrorCode.RENEWAL_NOT_ON_THIS_TRANSPORT);
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(refusal(Renewing.of(live).answer())).isEqualTo(ErrorCode.CONVERSATION_ENDED);
  }

  @Test
  void shouldSayWhyThereIsNoNewCallAndGoOnInTheOld() {
    Renewing renewing = Renewing.of(live, REQUEST_ID, Renewing.OFFER);
    world.provider.nextCreate().fail(ProviderException.Kind.RATE_LIMITED);
    world.settle();
    assertThat(refusal(renewing.answer())).isEqualTo(ErrorCode.PROVIDER_RATE_LIMITED);
    var failed = live.only(RENEWAL_FAILED).getRenewalFailed();
    assertThat(failed.getCode()).isEqualTo(ErrorCode.PROVIDER_RATE_LIMITED);
    assertThat(failed.getRetryable()).isTrue();
    assertThat(failed.getCall()).isZero();
    live.sends(text("still here"));
    assertThat(Fates.itemsSent(live.sideband())).hasSize(1);

    world.restart();
    assertThat(refusal(Renewing.of(live, REQUEST_ID, Renewing.OFFER).answer()))
        .as("the outcome stands")
        .isEqualTo(ErrorCode.PROVIDER_RATE_LIMITED);
    assertThat(Renewing.of(live).created("rtc_2").answer()).isCompleted();
  }

  @Test
  void shouldHangUpANewCallThatCannotBeJoinedAndGoOnInTheOld() {
    Renewing renewing = Renewing.of(live).created("rtc_2");
    renewing.joining().sideband().refuse(Cause.UNAUTHORIZED, 401);
    world.settle();
    assertThat(live.only(RENEWAL_FAILED).getRenewalFailed().getCode())
        .isEqualTo(ErrorCode.PROVIDER_AUTH);
    assertThat(live.only(CALL_RETIRED).getCallRetired().getCall()).isEqualTo(2);
    assertThat(hungUp()).containsExactly("rtc_2");
    live.sends(text("still here"));
    assertThat(Fates.itemsSent(live.sideband())).hasSize(1);
    assertThat(Renewing.of(live).created("rtc_3").confirmed().sideband().call())
        .hasValue(new CallId("rtc_3"));
  }

  @Test
  void shouldTryToJoinWithinItsWindow() {
    Renewing renewing = Renewing.of(live).created("rtc_2");
    for (int i = 0; i < 3; i++) {
      renewing.joining().sideband().refuse(Cause.NOT_FOUND, 404);
      world.advance(Duration.ofSeconds(3));
    }
    assertThat(renewing.confirmed().story()).contains(CALL_RENEWED);
  }

  @Test
  void shouldGiveUpANewCallThatSaysNothing() {
    Renewing.of(live).created("rtc_2").joined();
    world.advance(Duration.ofSeconds(10));
    assertThat(live.only(RENEWAL_FAILED).getRenewalFailed().getCode())
        .isEqualTo(ErrorCode.SESSION_CONFIGURE_TIMED_OUT);
    assertThat(hungUp()).containsExactly("rtc_2");
  }

  @Test
  void shouldHangUpACallWhoseCallerHasGone() {
    Renewing renewing = Renewing.of(live);
    renewing.pending().abandon(ErrorCode.START_CANCELLED);
    world.settle();
    renewing.created("rtc_2");
    assertThat(refusal(renewing.answer())).isEqualTo(ErrorCode.START_CANCELLED);
    assertThat(live.storyAfter(5)).containsExactly(CALL_CREATED, RENEWAL_FAILED, CALL_RETIRED);
    assertThat(hungUp()).containsExactly("rtc_2");
    assertThat(live.sideband().isClosed()).isFalse();
  }

  @Test
  void shouldRefuseTheAnswerToACallThatIsHungUpByNow() {
    Renewing renewing = Renewing.of(live, REQUEST_ID, Renewing.OFFER).created("rtc_2");
    assertThat(renewing.answer()).isCompleted();
    renewing.joining().sideband().refuse(Cause.UNAUTHORIZED, 401);
    world.settle();
    world.restart();
    assertThat(refusal(Renewing.of(live, REQUEST_ID, Renewing.OFFER).answer()))
        .isEqualTo(ErrorCode.PROVIDER_AUTH);
  }

  @Test
  void shouldEndWithTheOldCallWhenNobodyRenews() {
    live.sideband().lose(Cause.EXPIRED, 1001);
    world.settle();
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.EXPIRED);
  }

  @Test
  void shouldOutliveTheOldCallThatEndsWhileTheNewIsUnderWay() {
    Renewing renewing = Renewing.of(live);
    live.sideband().lose(Cause.EXPIRED, 1001);
    world.settle();
    assertThat(live.story()).endsWith(SIDEBAND_LOST);
    String inputId = live.sends(text("still here")).getInputId();
    Live next = renewing.created("rtc_2").confirmed();
    assertThat(next.story()).contains(CALL_RENEWED).doesNotContain(CONVERSATION_ENDING);
    assertThat(Fates.itemsSent(next.sideband())).containsExactly(inputId);
  }

  @Test
  void shouldEndAsTheOldCallDidWhenTheNewFailsToo() {
    Renewing.of(live);
    live.sideband().lose(Cause.EXPIRED, 1001);
    world.settle();
    world.provider.nextCreate().fail(ProviderException.Kind.FAILED);
    world.settle();
    assertThat(live.story()).contains(RENEWAL_FAILED).endsWith(CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.EXPIRED);
  }

  @Test
  void shouldHangUpBothWhenItEndsMeanwhile() {
    Renewing renewing = Renewing.of(live);
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(refusal(renewing.answer())).isEqualTo(ErrorCode.CONVERSATION_ENDED);
    assertThat(live.story()).as("the provider still creates").endsWith(CONVERSATION_ENDING);
    renewing.created("rtc_2");
    assertThat(live.storyAfter(6)).containsExactly(CALL_CREATED, CALL_RETIRED, CONVERSATION_ENDED);
    assertThat(hungUp()).containsExactlyInAnyOrder("rtc_1", "rtc_2");
  }

  @Test
  void shouldEndOnlyWhenEveryHangUpHasAnOutcome() {
    Renewing.of(live).created("rtc_2").joined();
    world.provider.holdHangUps();
    assertThat(world.stop(live.id())).isCompleted();
    world.provider.nextHangUp().succeed();
    world.settle();
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDED);
    world.provider.nextHangUp().fail(ProviderException.Kind.UNREACHABLE);
    world.settle();
    assertThat(live.story()).endsWith(CALL_RETIRED, CALL_RETIRED);
    world.provider.answerHangUps();
    world.advance(Duration.ofSeconds(2));
    assertThat(live.story()).endsWith(CONVERSATION_ENDED);
    assertThat(hungUp()).containsExactlyInAnyOrder("rtc_1", "rtc_1", "rtc_2");
  }

  @Test
  void shouldTryAgainAtOnceAtTheEndWhatWasNotConfirmed() {
    world.provider.holdHangUps();
    Renewing.renewed(live);
    world.provider.nextHangUp().fail(ProviderException.Kind.TIMED_OUT);
    world.settle();
    assertThat(live.only(CALL_RETIRED).getCallRetired().getHangUp())
        .isEqualTo(HangUp.NOT_CONFIRMED);
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(hungUp()).containsExactlyInAnyOrder("rtc_1", "rtc_1", "rtc_2");
  }

  @Test
  void shouldBelongToItsPrincipal() {
    var request =
        RenewRequest.newBuilder()
            .setConversationId(live.id().toString())
            .setSdpOffer(Renewing.OFFER)
            .build();
    var answer =
        world.settled(world.conversations.renew(SessionWorld.BOB, live.id(), request).answer());
    assertThat(refusal(answer)).isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
  }
}
