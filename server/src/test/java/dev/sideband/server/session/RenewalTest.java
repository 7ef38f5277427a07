package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_CREATED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RENEWED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RETIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CLIENT_MILESTONE_REACHED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a conversation goes on in another call. */
@Timeout(30)
class RenewalTest {
  private static final String REQUEST_ID = new UUID(1, 2).toString();

  private final SessionWorld world = new SessionWorld();
  private final Live live = world.live();

  private List<String> hungUp() {
    return world.provider.hangUps().stream().map(FakeHangUp::call).map(CallId::value).toList();
  }

  @Test
  void shouldGoOnInTheNewCallAndHangUpTheOld() {
    Renewing renewing = Renewing.of(live).created("rtc_2");
    assertThat(get(renewing.answer()).getSdpAnswer()).isEqualTo(FakeCreate.SDP_ANSWER);
    assertThat(get(renewing.answer()).getSequence()).isEqualTo(6);
    assertThat(get(renewing.answer()).getCall()).isEqualTo(2);
    Live next = renewing.confirmed();

    assertThat(next.sideband().call()).hasValue(new CallId("rtc_2"));
    assertThat(next.storyAfter(5))
        .containsExactly(
            CALL_CREATED,
            SIDEBAND_JOINING,
            CLIENT_MILESTONE_REACHED,
            SIDEBAND_JOINED,
            CALL_RENEWED,
            SESSION_CONFIGURED,
            CALL_RETIRED);
    assertThat(world.events(live.id()).subList(5, 12))
        .extracting(RealtimeEvent::getCall)
        .containsExactly(2, 2, 2, 2, 2, 2, 1);
    assertThat(live.only(CALL_RETIRED).getCallRetired().getHangUp()).isEqualTo(HangUp.HUNG_UP);
    assertThat(live.sideband().isClosed()).isTrue();
    assertThat(hungUp()).containsExactly("rtc_1");
  }

  @Test
  void shouldAnswerOnlyWhenTheCallIsDurable() {
    Renewing renewing = Renewing.of(live);
    world.log.hold();
    renewing.created("rtc_2");
    assertThat(renewing.answer()).isNotDone();
    assertThat(world.provider.sidebands()).as("nothing is joined either").hasSize(1);
    world.log.release();
    world.settle();
    assertThat(renewing.answer()).isCompleted();
  }

  @Test
  void shouldUseTheOldCallUntilTheProviderConfirmsTheNew() {
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    String inputId = live.sends(text("still here")).getInputId();
    assertThat(Fates.itemsSent(live.sideband())).containsExactly(inputId);
    assertThat(live.sideband().isClosed()).isFalse();
    assertThat(next.sideband().commands()).hasSize(1);
    live.hears("conversation.item.added", Fates.added(inputId));
    next.hears("session.updated", Fates.configured());
    assertThat(Fates.itemsSent(next.sideband())).containsExactly("seed-2-0");
  }

  @Test
  void shouldCreateItAsTheSessionIsByNow() {
    String inputId = live.sends(Fates.sessionUpdate("whisper")).getInputId();
    live.hears("session.updated", Fates.configured());
    assertThat(live.story())
        .as("%s", inputId)
        .contains(RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED);
    Renewing.of(live);
    SessionOptions asked = world.provider.creates().get(1).request().session();
    assertThat(asked.getInstructions()).isEqualTo("whisper");
    assertThat(asked.getVoice()).isEqualTo("marin");
  }

  @Test
  void shouldTellItASessionThatChangedMeanwhileBeforeItIsUsed() {
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    live.sends(Fates.sessionUpdate("whisper"));
    live.hears("session.updated", Fates.configured());
    next.hears("session.updated", Fates.configured());
    assertThat(live.story()).doesNotContain(CALL_RENEWED);
    var told = (ProviderCommand.UpdateSession) next.sideband().commands().get(1);
    assertThat(told.session().getInstructions()).isEqualTo("whisper");
    next.hears("session.updated", Fates.configured());
    assertThat(live.story()).contains(CALL_RENEWED);
  }

  @Test
  void shouldUseTheNewCallOnceAClientReportsThatItHoldsIt() {
    Renewing renewing = Renewing.of(live).created("rtc_2");
    Live next = renewing.joined();
    next.hears("session.updated", Fates.configured());
    assertThat(live.story()).doesNotContain(CALL_RENEWED);
    live.sends(SessionWorld.milestone("dtls_connected"));
    assertThat(live.story()).as("it is of the call in use").doesNotContain(CALL_RENEWED);
    renewing.held();
    assertThat(live.story()).contains(CALL_RENEWED);
  }

  @Test
  void shouldNotWaitForAReportForEver() {
    Live next = Renewing.of(live).created("rtc_2").joined();
    next.hears("session.updated", Fates.configured());
    assertThat(live.story()).doesNotContain(CALL_RENEWED);
    world.advance(NextCall.PATIENCE);
    assertThat(live.story()).contains(CALL_RENEWED);
  }

  @Test
  void shouldRefuseAReportOfACallThatThereIsNot() {
    assertThat(refusal(world.send(live.id(), Renewing.milestone(2))))
        .isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  @Test
  void shouldNotCutOffWhoIsInMidSentence() {
    live.hears("response.created", Fates.started("resp_1"));
    Live next = Renewing.of(live).created("rtc_2").confirmed();
    assertThat(live.story()).doesNotContain(CALL_RENEWED);
    live.hears("response.done", Fates.completed("resp_1"));
    assertThat(next.story()).contains(CALL_RENEWED);
  }

  @Test
  void shouldNotWaitForThemForEver() {
    live.hears("response.created", Fates.started("resp_1"));
    Live next = Renewing.of(live).created("rtc_2").confirmed();
    world.advance(NextCall.PATIENCE);
    assertThat(next.story()).contains(CALL_RENEWED);
    assertThat(world.state(live.id()).getActiveResponseId()).isEmpty();
  }

  @Test
  void shouldNotWaitForThemWhenTheCallerSpeaksInTheNewCall() {
    live.hears("response.created", Fates.started("resp_1"));
    Live next = Renewing.of(live).created("rtc_2").confirmed();
    next.hears("response.created", Fates.started("resp_2"));
    assertThat(next.story()).contains(CALL_RENEWED);
    assertThat(world.state(live.id()).getActiveResponseId()).isEqualTo("resp_2");
  }

  @Test
  void shouldTellTheNewCallNothingBeforeItsUseIsDurable() {
    live.sends(text("not acknowledged"));
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    world.log.hold();
    next.hears("session.updated", Fates.configured());
    next.hears("response.created", Fates.started("resp_2"));
    assertThat(next.sideband().commands()).as("but our session").hasSize(1);
    assertThat(live.sideband().isClosed()).isTrue();
    world.log.release();
    world.settle();
    assertThat(Fates.itemsSent(next.sideband())).hasSize(1);
    assertThat(world.state(live.id()).getActiveResponseId()).isEqualTo("resp_2");
    assertThat(next.sideband().unhandled()).isZero();
  }

  @Test
  void shouldRejoinTheNewCallWhenItsSidebandIsLostMeanwhile() {
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    world.log.hold();
    next.hears("session.updated", Fates.configured());
    next.sideband().lose(Cause.RESET, 0);
    world.settle();
    world.log.release();
    world.settle();
    assertThat(next.rejoined().sideband().call()).hasValue(new CallId("rtc_2"));
  }

  @Test
  void shouldRejoinTheNewCallWhenItsSidebandIsLost() {
    Live next = Renewing.renewed(live);
    next.sideband().lose(Cause.RESET, 0);
    world.settle();
    Live again = next.rejoined();
    assertThat(again.sideband().call()).hasValue(new CallId("rtc_2"));
    assertThat(world.last(live.id()).getCall()).isEqualTo(2);
    assertThat(world.last(live.id()).getAttachment()).isEqualTo(2);
  }

  @Test
  void shouldRenewAgainAndAgain() {
    Live second = Renewing.renewed(live);
    Live third = Renewing.of(second).created("rtc_3").confirmed();
    assertThat(third.sideband().call()).hasValue(new CallId("rtc_3"));
    assertThat(hungUp()).containsExactly("rtc_1", "rtc_2");
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(hungUp()).containsExactly("rtc_1", "rtc_2", "rtc_3");
  }

  @Test
  void shouldAnswerAnEqualRepeatAsTheFirst() {
    Renewing first = Renewing.of(live, REQUEST_ID, Renewing.OFFER);
    Renewing repeat = Renewing.of(live, REQUEST_ID, Renewing.OFFER);
    first.created("rtc_2");
    assertThat(get(repeat.answer())).isEqualTo(get(first.answer()));
    assertThat(refusal(Renewing.of(live, REQUEST_ID, "v=0\r\nother\r\n").answer()))
        .isEqualTo(ErrorCode.REQUEST_ID_REUSED);
    first.confirmed();
    world.restart();
    assertThat(get(Renewing.of(live, REQUEST_ID, Renewing.OFFER).answer()))
        .isEqualTo(get(first.answer()));
    assertThat(refusal(Renewing.of(live, REQUEST_ID, "v=0\r\nother\r\n").answer()))
        .isEqualTo(ErrorCode.REQUEST_ID_REUSED);
    assertThat(world.provider.creates()).hasSize(2);
  }
}
