package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_IN_DOUBT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.ToolCallRequested;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of conversations while the log takes no events for want of space. */
@Timeout(30)
class ReadOnlyLogTest {
  private final SessionWorld world = new SessionWorld();

  private void diskFills() {
    world.log.setWritable(false);
    world.settle();
  }

  private void diskEmpties() {
    world.log.setWritable(true);
    world.settle();
  }

  @Test
  void shouldCloseTheSidebandAndKeepTheCall() {
    Live live = world.live();
    int before = live.story().size();
    diskFills();
    assertThat(live.sideband().isClosed()).isTrue();
    assertThat(world.provider.hangUps()).isEmpty();
    assertThat(live.story()).hasSize(before);
    assertThat(world.state(live.id()).getPhase()).isEqualTo(Phase.LIVE);
  }

  @Test
  void shouldRejoinWhenThereIsSpaceAgain() {
    Live live = world.live();
    int before = live.story().size();
    diskFills();
    world.advance(Duration.ofMinutes(2));
    diskEmpties();
    Live again = live.rejoined();
    assertThat(again.sideband().call()).hasValue(new CallId("rtc_1"));
    assertThat(again.storyAfter(before))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
    SidebandLost lost = again.only(SIDEBAND_LOST).getSidebandLost();
    assertThat(lost.getCause()).isEqualTo(SidebandLost.Cause.LOG_FULL);
    assertThat(lost.getWillRejoin()).isTrue();
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getLostAt())
        .as("nothing was kept after the last event")
        .isEqualTo(world.events(live.id()).get(before - 1).getTime());
  }

  @Test
  void shouldRefuseAStartBeforeTheProviderIsAskedForACall() {
    diskFills();
    SessionWorld.Starting starting = world.start(SessionWorld.webRtc());
    SessionException refused = SessionWorld.failure(starting.answer());
    assertThat(refused.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(refused.retryAfter()).hasValue(Duration.ofSeconds(1));
    assertThat(world.provider.creates()).isEmpty();
    diskEmpties();
    assertThat(world.live().story()).isNotEmpty();
  }

  @Test
  void shouldRefuseInputsAndTakeThemAfterwards() {
    Live live = world.live();
    diskFills();
    var refused = world.send(live.id(), text("lost?"));
    assertThat(refusal(refused)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(SessionWorld.failure(refused).retryAfter()).isPresent();
    diskEmpties();
    Live again = live.rejoined();
    String sent = again.sends(text("now")).getInputId();
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(sent);
  }

  @Test
  void shouldAnswerARepeatOfWhatWasAcceptedBefore() {
    Live live = world.live();
    String request = "9d3c4b1e-5f7a-4c0d-8a64-0c7f0c3f8a11";
    var first = get(world.send(SessionWorld.ALICE, live.id(), request, text("once")));
    diskFills();
    assertThat(get(world.send(SessionWorld.ALICE, live.id(), request, text("once"))))
        .isEqualTo(first);
  }

  @Test
  void shouldSendAgainWhatWasNotAcknowledged() {
    Live live = world.live();
    String sent = live.sends(text("sent")).getInputId();
    diskFills();
    diskEmpties();
    Live again = live.rejoined();
    assertThat(again.only(INPUT_IN_DOUBT).getInputInDoubt().getInputId()).isEqualTo(sent);
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(sent);
  }

  @Test
  void shouldStillHangUpWhenAsked() {
    Live live = world.live();
    diskFills();
    get(world.stop(live.id()));
    assertThat(live.story()).endsWith(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(live.only(CONVERSATION_ENDED).getConversationEnded().getHangUp())
        .isEqualTo(HangUp.HUNG_UP);
    diskEmpties();
    assertThat(live.story()).endsWith(CONVERSATION_ENDED);
  }

  @Test
  void shouldStillEndAConversationThatHasLastedTooLong() {
    StartRequest request =
        SessionWorld.webRtc().toBuilder()
            .setLimits(Limits.newBuilder().setMaxDuration(Durations.fromMinutes(1)))
            .build();
    Live live = world.live(request);
    diskFills();
    world.advance(Duration.ofMinutes(1));
    assertThat(live.only(CONVERSATION_ENDING).getConversationEnding().getReason())
        .isEqualTo(EndReason.MAX_DURATION);
    assertThat(world.provider.nextHangUp().call()).isEqualTo(new CallId("rtc_1"));
  }

  @Test
  void shouldNotTakeAnUnheardCallForAnIdleOne() {
    StartRequest request =
        SessionWorld.webRtc().toBuilder()
            .setLimits(Limits.newBuilder().setIdleTimeout(Durations.fromMinutes(1)))
            .build();
    Live live = world.live(request);
    diskFills();
    world.advance(Duration.ofMinutes(5));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
    diskEmpties();
    Live again = live.rejoined();
    world.advance(Duration.ofSeconds(59));
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
    world.advance(Duration.ofSeconds(1));
    assertThat(again.only(CONVERSATION_ENDING).getConversationEnding().getReason())
        .isEqualTo(EndReason.IDLE);
  }

  @Test
  void shouldNotMissMediaThatNobodyCouldReport() {
    Live live = world.live(SessionWorld.webRtc().toBuilder().setReportsMedia(true).build());
    diskFills();
    var reported = world.send(live.id(), SessionWorld.milestone("ice_connected"));
    assertThat(refusal(reported)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    world.advance(Duration.ofMinutes(5));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
    diskEmpties();
    live.rejoined().sends(SessionWorld.milestone("ice_connected"));
    world.advance(Duration.ofMinutes(5));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
  }

  @Test
  void shouldOfferHandoffsAgainThoughTheRestartFoundNoSpace() {
    Live live = world.live(SessionWorld.webRtc(SessionWorld.withHandoffs()));
    live.sideband()
        .emitToolCall(
            ToolCallRequested.newBuilder()
                .setToolCallId("h1")
                .setName(world.events(live.id()).get(0).getConversationStarted().getHandoffTool())
                .build(),
            "look it up");
    world.settle();
    diskFills();
    world.restart();
    diskEmpties();
    Live again = live.rejoined();
    assertThat(again.story().stream().filter(HANDOFF_REQUESTED::equals)).hasSize(2);
    assertThat(again.only(SIDEBAND_LOST).getSidebandLost().getCause())
        .isEqualTo(SidebandLost.Cause.SERVER_RESTARTED);
  }

  @Test
  void shouldEndASessionThatIsOnlyASocket() {
    var starting = world.start(SessionWorld.webSocket());
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    live.sideband().open();
    world.settle();
    diskFills();
    var ended = world.last(live.id()).getConversationEnded();
    assertThat(ended.getReason()).isEqualTo(EndReason.SERVER_FAILED);
    assertThat(ended.getHangUp()).isEqualTo(HangUp.NO_CALL);
  }

  @Test
  void shouldHangUpACallThatIsCreatedTooLateToBeRecorded() {
    SessionWorld.Starting starting = world.start(SessionWorld.webRtc());
    diskFills();
    world.created();
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(world.provider.nextHangUp().call()).isEqualTo(new CallId("rtc_1"));
  }

  @Test
  void shouldAnswerAStartWhoseCallWasRecordedInTime() {
    world.log.hold();
    SessionWorld.Starting starting = world.start(SessionWorld.webRtc());
    world.log.release();
    world.settle();
    world.created();
    get(starting.answer());
    diskFills();
    diskEmpties();
    Live again = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
  }

  @Test
  void shouldRebuildWhatCouldNotBeAppendedAndRejoinItAfterwards() {
    Live live = world.live();
    world.log.hold();
    var caught = world.send(live.id(), text("caught"));
    world.log.setWritable(false);
    world.log.release();
    world.settle();
    assertThat(refusal(caught)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    world.advance(Duration.ofSeconds(5));
    assertThat(live.story()).doesNotContain(SIDEBAND_LOST);
    diskEmpties();
    Live again = live.rejoined();
    assertThat(again.story())
        .endsWith(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
  }

  @Test
  void shouldTakeUpOnlyWhatIsEndingAfterARestartWithoutSpace() {
    Live live = world.live();
    Live ending = world.live();
    world.provider.holdHangUps();
    get(world.stop(ending.id()));
    diskFills();
    live.sideband().close();
    world.restart();
    assertThat(live.story()).doesNotContain(SIDEBAND_LOST);
    world.provider.hangUps().forEach(FakeHangUp::succeed);
    world.settle();
    assertThat(ending.story()).endsWith(CONVERSATION_ENDED);
    diskEmpties();
    assertThat(live.rejoined().story()).contains(SIDEBAND_REJOINED);
  }

  @Test
  void shouldLetGoOfALookAtTheGap() {
    world.probing();
    Live live = world.live();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    Live again = live.rejoined();
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getWillRepair()).isTrue();
    int before = again.story().size();
    diskFills();
    world.advance(Duration.ofMinutes(1));
    assertThat(again.story()).hasSize(before);
    diskEmpties();
    assertThat(again.rejoined().storyAfter(before))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
  }

  @Test
  void shouldBearAFlappingDisk() {
    Live live = world.live();
    for (int i = 0; i < 3; i++) {
      diskFills();
      diskEmpties();
      live = live.rejoined();
    }
    assertThat(live.story().stream().filter(PayloadCase.SIDEBAND_REJOINED::equals)).hasSize(3);
    world.log.setWritable(false);
    world.log.setWritable(true);
    world.settle();
    assertThat(live.rejoined().story().stream().filter(SIDEBAND_REJOINED::equals)).hasSize(4);
  }
}
