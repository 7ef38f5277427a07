package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACCEPTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.PROVIDER_EVENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.PlaybackStarted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SidebandLinkTest {
  private static final Duration BACKOFF = Duration.ofMillis(2500);

  private final SessionWorld world = new SessionWorld();

  @Test
  void shouldTellEveryMilestoneUntilTheSessionIsConfigured() {
    Live live = world.live();
    assertThat(live.storyAfter(2))
        .containsExactly(SIDEBAND_JOINING, SIDEBAND_JOINED, SESSION_CONFIGURED);
    assertThat(world.state(live.id()).getPhase()).isEqualTo(Phase.LIVE);
    assertThat(live.only(SIDEBAND_JOINED).getAttachment()).isEqualTo(1);
  }

  @Test
  void shouldSendTheSessionFirstAndThenWhatWaitedInOrder() {
    Live live = world.calling();
    String first = live.sends(text("one")).getInputId();
    String second = live.sends(text("two")).getInputId();
    assertThat(live.storyAfter(3)).containsExactly(INPUT_ACCEPTED, INPUT_ACCEPTED);

    live.sideband().open();
    world.settle();

    assertThat(live.sideband().commands().get(0)).isInstanceOf(ProviderCommand.UpdateSession.class);
    assertThat(live.sideband().commands().stream().skip(1))
        .extracting(command -> ((ProviderCommand.CreateItem) command).item().getId())
        .containsExactly(first, second);
    assertThat(live.storyAfter(5)).containsExactly(SIDEBAND_JOINED, INPUT_SENT, INPUT_SENT);
  }

  @Test
  void shouldMeasureElapsedAndTotalOfAMilestone() {
    Live live = world.calling();
    world.advance(Duration.ofMillis(70));
    live.sideband().open();
    world.settle();
    var timing = live.only(SIDEBAND_JOINED).getSidebandJoined().getTiming();
    assertThat(Durations.toMillis(timing.getElapsed())).isEqualTo(70);
    assertThat(Durations.toMillis(timing.getTotal())).isEqualTo(70);
  }

  @Test
  void shouldTryAgainWhenTheCallIsNotKnownYet() {
    Live live = world.calling();
    live.sideband().refuse(Cause.NOT_FOUND, 404);
    world.advance(BACKOFF);
    world.provider.nextSideband().open();
    world.settle();

    assertThat(live.storyAfter(2))
        .containsExactly(SIDEBAND_JOINING, SIDEBAND_JOINING, SIDEBAND_JOINED);
    assertThat(live.only(SIDEBAND_JOINED).getSidebandJoined().getAttempt()).isEqualTo(2);
  }

  @Test
  void shouldGiveUpVisiblyWhenTheJoinWindowIsOver() {
    Live live = world.calling();
    live.sideband().refuse(Cause.NOT_FOUND, 404);
    for (int i = 0; i < 20 && !world.story(live.id()).contains(CONVERSATION_ENDED); i++) {
      world.advance(BACKOFF);
      if (world.provider.sidebands().size() > i + 1) {
        world.provider.nextSideband().refuse(Cause.NOT_FOUND, 404);
        world.settle();
      }
    }
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.SIDEBAND_JOIN_FAILED);
    assertThat(live.story()).endsWith(ERROR_OCCURRED, CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.SIDEBAND_FAILED);
    assertThat(world.provider.hangUps()).hasSize(1);
  }

  @Test
  void shouldEndAtOnceWhenTheCredentialsAreRefused() {
    Live live = world.calling();
    live.sideband().refuse(Cause.UNAUTHORIZED, 401);
    world.settle();
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.PROVIDER_AUTH);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.AUTH);
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSED,1000,REMOTE_HANGUP",
    "CLOSED,1011,SIDEBAND_FAILED",
    "EXPIRED,1001,EXPIRED",
    "RESET,0,SIDEBAND_FAILED"
  })
  void shouldEndWhenASessionOfItsOwnIsLost(Cause cause, int closeCode, EndReason reason) {
    var starting = world.start(SessionWorld.webSocket());
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    live.sideband().open();
    world.settle();
    live.sideband().lose(cause, closeCode);
    world.settle();
    assertThat(live.only(SIDEBAND_LOST).getSidebandLost().getCloseCode()).isEqualTo(closeCode);
    assertThat(live.only(SIDEBAND_LOST).getSidebandLost().getWillRejoin()).isFalse();
    assertThat(live.story()).endsWith(SIDEBAND_LOST, CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(reason);
  }

  @Test
  void shouldEndRequestedWithoutALateErrorWhenStoppedWhileJoining() {
    Live live = world.calling();
    assertThat(get(world.stop(live.id())).getReason()).isEqualTo(EndReason.REQUESTED);
    assertThat(live.sideband().isClosed()).isTrue();
    world.advance(Duration.ofMinutes(1));
    assertThat(live.storyAfter(3)).containsExactly(CONVERSATION_ENDING, CONVERSATION_ENDED);
  }

  @Test
  void shouldNotTryAgainWhenStoppedDuringTheBackoff() {
    Live live = world.calling();
    live.sideband().refuse(Cause.UNREACHABLE, 0);
    world.settle();
    assertThat(world.stop(live.id())).isCompleted();
    world.advance(BACKOFF);
    assertThat(world.provider.sidebands()).hasSize(1);
  }

  @Test
  void shouldSayWhenTheSessionIsNotConfirmedInTime() {
    Live live = world.joined();
    world.advance(Duration.ofSeconds(10));
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.SESSION_CONFIGURE_TIMED_OUT);
    assertThat(world.state(live.id()).getPhase()).isEqualTo(Phase.CALLING);
  }

  @Test
  void shouldNotTakeASessionThatWasOnlyCreatedForConfigured() {
    var starting = world.start(SessionWorld.webSocket());
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    live.sideband().open();
    world.settle();
    live.hears("session.created", configured());
    assertThat(live.story()).doesNotContain(SESSION_CONFIGURED);
    live.hears("session.updated", configured());
    assertThat(live.story()).endsWith(PROVIDER_EVENT, SESSION_CONFIGURED);
  }

  private static RealtimeEvent.Builder configured() {
    return RealtimeEvent.newBuilder().setSessionConfigured(SessionConfigured.getDefaultInstance());
  }

  @Test
  void shouldTellAForeignSessionUpdateAsTheClients() {
    Live live = world.live();
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder().setSessionConfigured(SessionConfigured.getDefaultInstance()));
    assertThat(live.story()).endsWith(RealtimeEvent.PayloadCase.SESSION_CHANGED_BY_CLIENT);
  }

  @Test
  void shouldHandleEveryEventThatItWasTold() {
    Live live = world.live();
    FakeSideband sideband = live.sideband();
    for (int i = 0; i < 200; i++) {
      sideband.emit(
          "output_audio_buffer.started",
          RealtimeEvent.newBuilder()
              .setPlaybackStarted(PlaybackStarted.newBuilder().setResponseId("resp_" + i)));
    }
    world.settle();
    assertThat(sideband.unhandled()).isZero();
    assertThat(live.story()).hasSize(5 + 200);
  }
}
