package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACCEPTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationState.SidebandPhase;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Milestone;
import dev.sideband.v1.PlaybackStarted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandRejoined;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sideband that is lost in mid-call, and what becomes of the call. */
@Timeout(30)
class RejoiningTest {
  private static final Duration BACKOFF = Duration.ofMillis(2500);

  private final SessionWorld world = new SessionWorld();

  private void lose(Live live, Cause cause, int closeCode) {
    live.sideband().lose(cause, closeCode);
    world.settle();
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSED,1000",
    "CLOSED,1001",
    "CLOSED,1005",
    "CLOSED,1011",
    "RESET,0",
    "UNRESPONSIVE,0",
    "READER_STALLED,0",
    "WRITER_STALLED,0"
  })
  void shouldRejoinTheSameCallAfterAnyClose(Cause cause, int closeCode) {
    Live live = world.live();
    lose(live, cause, closeCode);

    assertThat(live.storyAfter(5)).containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING);
    var lost = live.only(SIDEBAND_LOST).getSidebandLost();
    assertThat(lost.getWillRejoin()).isTrue();
    assertThat(lost.getCloseCode()).isEqualTo(closeCode);
    assertThat(world.state(live.id()).getSideband()).isEqualTo(SidebandPhase.LOST);

    Live again = live.rejoined();
    assertThat(again.sideband().call()).hasValue(new CallId("rtc_1"));
    assertThat(again.storyAfter(7)).containsExactly(SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(again.only(SIDEBAND_REJOINED).getAttachment()).isEqualTo(2);
    assertThat(world.state(live.id()).getSideband()).isEqualTo(SidebandPhase.JOINED);
  }

  @Test
  void shouldTellWhatIsKnownOfTheGap() {
    Live live = world.live();
    live.hears(
        "output_audio_buffer.started",
        RealtimeEvent.newBuilder()
            .setProviderEventId("event_9")
            .setPlaybackStarted(PlaybackStarted.getDefaultInstance()));
    world.advance(Duration.ofSeconds(5));
    lose(live, Cause.RESET, 0);
    world.advance(Duration.ofSeconds(3));
    Live again = live.rejoined();

    SidebandRejoined told = again.only(SIDEBAND_REJOINED).getSidebandRejoined();
    assertThat(told.getLastProviderEventId()).isEqualTo("event_9");
    assertThat(told.getItemsUnknown()).isTrue();
    assertThat(told.getLostAt()).isEqualTo(live.only(SIDEBAND_LOST).getTime());
    assertThat(told.getRejoinedAt().getSeconds() - told.getLostAt().getSeconds()).isEqualTo(3);
  }

  @Test
  void shouldTellTheRejoinBeforeWhatIsHeardAfterIt() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    var sideband = world.provider.nextSideband();
    sideband.open();
    sideband.emit("session.updated", Fates.configured());
    world.settle();
    assertThat(live.story()).endsWith(SIDEBAND_JOINED, SIDEBAND_REJOINED, SESSION_CONFIGURED);
    assertThat(world.last(live.id()).getAttachment()).isEqualTo(2);
  }

  @Test
  void shouldTellTheSessionAgainWithWhatWasChangedSince() {
    Live live =
        world.live(
            SessionWorld.webRtc(
                SessionOptions.newBuilder().setInstructions("be brief").setVoice("cedar").build()));
    String update = live.sends(Fates.sessionUpdate("be kind")).getInputId();
    live.hears("session.updated", Fates.configured());
    assertThat(world.only(live.id(), RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED))
        .extracting(event -> event.getInputAcknowledged().getInputId())
        .isEqualTo(update);
    lose(live, Cause.RESET, 0);
    Live again = live.rejoined();

    var told = (ProviderCommand.UpdateSession) again.sideband().commands().get(0);
    assertThat(told.session().getInstructions()).isEqualTo("be kind");
    assertThat(told.session().getVoice()).as("what has spoken cannot change its voice").isEmpty();
    again.hears("session.updated", Fates.configured());
    assertThat(again.story()).endsWith(SIDEBAND_REJOINED, SESSION_CONFIGURED);
  }

  @Test
  void shouldKeepTheStartsMilestones() {
    Live live = world.live();
    var before = world.state(live.id()).getMilestonesList();
    lose(live, Cause.RESET, 0);
    live.rejoined().hears("session.updated", Fates.configured());
    assertThat(world.state(live.id()).getMilestonesList()).isEqualTo(before);
    assertThat(before)
        .extracting(Milestone::getName)
        .containsExactly(
            "call_created", "sideband_joining", "sideband_joined", "session_configured");
  }

  @Test
  void shouldAcceptInputsMeanwhileAndSendThemAfter() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    String first = live.sends(text("one")).getInputId();
    String second = live.sends(text("two")).getInputId();
    assertThat(live.storyAfter(7)).containsExactly(INPUT_ACCEPTED, INPUT_ACCEPTED);

    Live again = live.rejoined();
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(first, second);
    assertThat(again.storyAfter(9))
        .containsExactly(SIDEBAND_JOINED, SIDEBAND_REJOINED, INPUT_SENT, INPUT_SENT);
  }

  @Test
  void shouldRefuseInputsPastTheBoundMeanwhile() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    for (int i = 0; i < SessionWorld.MAX_PENDING; i++) {
      live.sends(text("one"));
    }
    assertThat(SessionWorld.refusal(world.send(live.id(), text("one more"))))
        .isEqualTo(ErrorCode.INBOX_FULL);
  }

  @Test
  void shouldEndWhenTheProviderSaysThreeTimesThatTheCallIsGone() {
    Live live = world.live();
    lose(live, Cause.CLOSED, 1000);
    for (int i = 0; i < 3; i++) {
      assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
      world.provider.nextSideband().refuse(Cause.NOT_FOUND, 404);
      world.advance(Duration.ofSeconds(1));
    }
    assertThat(live.story())
        .doesNotContain(ERROR_OCCURRED)
        .endsWith(SIDEBAND_JOINING, CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.CALL_IS_GONE);
  }

  @Test
  void shouldGoOnWhenTheCallIsFoundAfterAll() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    for (Cause cause : new Cause[] {Cause.NOT_FOUND, Cause.NOT_FOUND, Cause.TIMED_OUT}) {
      world.provider.nextSideband().refuse(cause, 0);
      world.advance(BACKOFF);
    }
    world.provider.nextSideband().refuse(Cause.NOT_FOUND, 404);
    world.advance(BACKOFF);
    assertThat(live.rejoined().only(SIDEBAND_REJOINED).getAttachment()).isEqualTo(2);
  }

  @Test
  void shouldEndAtOnceWhenTheCredentialsAreRefused() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    world.provider.nextSideband().refuse(Cause.UNAUTHORIZED, 403);
    world.settle();
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.PROVIDER_AUTH);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.AUTH);
  }

  @Test
  void shouldEndWithoutRejoiningWhenTheSessionsTimeIsUp() {
    Live live = world.live();
    lose(live, Cause.EXPIRED, 1001);
    assertThat(live.only(SIDEBAND_LOST).getSidebandLost().getWillRejoin()).isFalse();
    assertThat(live.story()).endsWith(SIDEBAND_LOST, CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.EXPIRED);
    assertThat(world.provider.sidebands()).hasSize(1);
  }

  @Test
  void shouldGiveUpWhenTheWindowIsOver() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    Duration waited = Duration.ZERO;
    while (!live.story().contains(CONVERSATION_ENDED)) {
      world.provider.nextSideband().refuse(Cause.UNREACHABLE, 0);
      world.advance(BACKOFF);
      waited = waited.plus(BACKOFF);
    }
    assertThat(waited).isBetween(Duration.ofSeconds(50), SessionWorld.REJOIN_WINDOW.plus(BACKOFF));
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.SIDEBAND_JOIN_FAILED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.SIDEBAND_FAILED);
    assertThat(world.provider.hangUps()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void shouldSpendTheBudgetUnlessTheProviderIsHeard(boolean heard) {
    Live live = world.live();
    Duration waited = Duration.ZERO;
    lose(live, Cause.CLOSED, 1011);
    while (waited.compareTo(SessionWorld.REJOIN_WINDOW.multipliedBy(2)) < 0
        && !live.story().contains(CONVERSATION_ENDED)) {
      var sideband = world.provider.nextSideband();
      sideband.open();
      world.settle();
      if (heard) {
        sideband.emit("session.updated", Fates.configured());
      } else {
        sideband.emitError(
            ErrorOccurred.newBuilder().setSeverity(Severity.RECOVERABLE).build(), "", "");
      }
      world.settle();
      sideband.lose(Cause.CLOSED, 1011);
      world.advance(BACKOFF);
      waited = waited.plus(BACKOFF);
    }
    assertThat(live.story().contains(CONVERSATION_ENDED)).isEqualTo(!heard);
  }

  @Test
  void shouldHangUpWhenStoppedWhileLost() {
    Live live = world.live();
    lose(live, Cause.RESET, 0);
    assertThat(get(world.stop(live.id())).getReason()).isEqualTo(EndReason.REQUESTED);
    assertThat(world.provider.nextSideband().isClosed()).isTrue();
    world.advance(Duration.ofMinutes(2));
    assertThat(live.story()).endsWith(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.provider.hangUps()).hasSize(1);
  }
}
