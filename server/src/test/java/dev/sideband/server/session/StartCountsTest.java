package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.session.Conversations.PendingAnswer;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import io.opentelemetry.context.Context;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each Start is counted once, by what came of it, wherever that is decided. */
class StartCountsTest {
  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);

  private static StartRequest named() {
    return webRtc().toBuilder().setRequestId(UUID.randomUUID().toString()).build();
  }

  private long count(String... attributes) {
    return telescope.count("sideband.starts", attributes);
  }

  /** It was the only one. */
  private void assertCounted(String outcome, ErrorCode why) {
    assertThat(count("sideband.outcome=" + outcome, "error.type=" + why.name())).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void shouldCountARepeatWithItsFirst() {
    StartRequest request = named();
    world.start(request);
    world.start(request);
    world.created();
    world.start(request);
    world.restart();
    assertThat(get(world.start(request).answer()).getSdpAnswer()).isNotEmpty();
    assertThat(count("sideband.outcome=answered")).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void shouldCountAStartWhoseRequestIdWasUsedForAnother() {
    StartRequest request = named();
    world.start(request);
    StartRequest other = request.toBuilder().putMetadata("k", "v").build();
    assertThat(refusal(world.start(other).answer())).isEqualTo(ErrorCode.REQUEST_ID_REUSED);
    assertCounted("refused", ErrorCode.REQUEST_ID_REUSED);
  }

  @Test
  @ExpectWarning("cannot be read from the log")
  void shouldCountAStartWhenTheLogCannotSayWhetherItIsARepeat() {
    world.log.failReads(true);
    assertThat(refusal(world.start(named()).answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertCounted("failed", ErrorCode.LOG_UNAVAILABLE);
  }

  @Test
  void shouldCountAStartWhenThereIsNoRoomToLookForItsFirst() {
    world.reader.full = true;
    assertThat(refusal(world.start(named()).answer())).isEqualTo(ErrorCode.SERVER_BUSY);
    assertCounted("failed", ErrorCode.SERVER_BUSY);
  }

  @Test
  void shouldCountAStartWhenTheLogTakesNothing() {
    world.log.setWritable(false);
    assertThat(refusal(world.start(webRtc()).answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertCounted("failed", ErrorCode.LOG_UNAVAILABLE);
  }

  @Test
  void shouldCountAStartWhenTheServerExits() {
    world.exit();
    assertThat(refusal(world.start(webRtc()).answer())).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertCounted("refused", ErrorCode.SERVER_GOING_AWAY);
    assertThat(refusal(world.start(named()).answer())).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(count("sideband.outcome=refused", "error.type=SERVER_GOING_AWAY")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"START_CANCELLED", "START_DEADLINE_EXCEEDED"})
  void shouldCountAStartWhoseCallerWasGoneBeforeItWasTaken(ErrorCode why) {
    PendingAnswer<StartResponse> pending =
        world.conversations.start(ALICE, webRtc(), Context.root());
    pending.abandon(why);
    world.settle();
    assertThat(world.provider.creates()).isEmpty();
    assertCounted("failed", why);
  }

  @Test
  @ExpectWarning("cannot be read from the log")
  void shouldCountWhatTheCallerWasToldWhenItWasGoneBeforeTheLogFailed() {
    world.reader.hold();
    Starting starting = world.start(named());
    starting.pending().abandon(ErrorCode.START_CANCELLED);
    world.log.failReads(true);
    world.reader.release();
    world.settle();
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.START_CANCELLED);
    assertCounted("failed", ErrorCode.START_CANCELLED);
  }

  @Test
  void shouldCountAStartThatItsCallerCancelsOnce() {
    Starting starting = world.start(webRtc());
    starting.pending().abandon(ErrorCode.START_CANCELLED);
    world.settle();
    world.created();
    assertCounted("failed", ErrorCode.START_CANCELLED);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "REQUEST_INVALID",
        "SDP_MISSING",
        "VOICE_UNSUPPORTED",
        "REQUEST_MALFORMED",
        "REQUEST_TOO_LARGE",
        "ROLE_MISSING",
        "SERVER_GOING_AWAY"
      })
  void shouldCountAsRefusedWhatIsNoFaultOfTheServer(ErrorCode why) {
    world.conversations.startRefused(why);
    assertCounted("refused", why);
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVER_BUSY", "SERVER_FAULT", "LOG_UNAVAILABLE"})
  void shouldCountAsFailedWhatTheServerCouldNotDo(ErrorCode why) {
    world.conversations.startRefused(why);
    assertCounted("failed", why);
  }

  @Test
  void shouldRecordNoDurationOfWhatBeganNoConversation() {
    world.conversations.startRefused(ErrorCode.SDP_MISSING);
    assertThat(telescope.recorded("sideband.start.duration")).isEmpty();
  }
}
