package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.OFFER;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.idOf;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.SessionWorld.webSocket;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_CREATED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_STARTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.START_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpeningTest {
  private final SessionWorld world = new SessionWorld();

  @Test
  void shouldAnswerWhenCallCreatedIsDurableAndBeforeTheSidebandJoins() {
    Starting starting = world.start(webRtc());
    assertThat(starting.answer()).isNotDone();
    world.log.hold();
    world.created();
    assertThat(starting.answer()).as("before CallCreated is durable").isNotDone();

    world.log.release();
    world.settle();

    assertThat(get(starting.answer()).getSdpAnswer()).isEqualTo(FakeCreate.SDP_ANSWER);
    assertThat(get(starting.answer()).getSequence()).isEqualTo(2);
    assertThat(world.story(idOf(starting)))
        .containsExactly(CONVERSATION_STARTED, CALL_CREATED, SIDEBAND_JOINING);
    assertThat(world.provider.sidebands()).hasSize(1);
  }

  @Test
  void shouldAskForTheCallBesideTheFirstAppend() {
    world.log.hold();
    world.start(webRtc());
    assertThat(world.provider.nextCreate().request().sdpOffer()).isEqualTo(OFFER);
  }

  @Test
  void shouldFillInWhatTheRequestLeavesOpen() {
    world.start(webRtc());
    var session = world.provider.nextCreate().request().session();
    assertThat(session.getModel()).isEqualTo("gpt-realtime");
    assertThat(session.getVoice()).isEqualTo("marin");
    assertThat(session.getDialect()).isEqualTo("openai-realtime");
  }

  @Test
  void shouldAnswerAtOnceWhenTheTransportIsWebSocket() {
    Starting starting = world.start(webSocket());
    assertThat(get(starting.answer()).getSdpAnswer()).isEmpty();
    assertThat(get(starting.answer()).getSequence()).isEqualTo(1);
    assertThat(world.provider.nextSideband().session()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(ProviderException.Kind.class)
  void shouldEndWithStartFailedWhenTheProviderRefuses(ProviderException.Kind kind) {
    Starting starting = world.start(webRtc());
    world.provider.nextCreate().fail(kind);
    world.settle();

    assertThat(refusal(starting.answer())).isEqualTo(ErrorCodes.of(kind));
    ConversationId id = onlyConversation();
    assertThat(world.story(id))
        .containsExactly(
            CONVERSATION_STARTED, START_FAILED, CONVERSATION_ENDING, CONVERSATION_ENDED);
    var ended = world.last(id).getConversationEnded();
    assertThat(ended.getReason()).isEqualTo(EndReason.START_FAILED);
    assertThat(ended.getHangUp())
        .isEqualTo(ErrorCodes.mayHaveCreated(kind) ? HangUp.CALL_UNKNOWN : HangUp.NO_CALL);
  }

  @Test
  void shouldHangUpALateCallWhenTheCallerHasGone() {
    Starting starting = world.start(webRtc());
    starting.pending().abandon(ErrorCode.START_CANCELLED);
    world.settle();
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.START_CANCELLED);
    ConversationId id = onlyConversation();
    assertThat(world.story(id)).containsExactly(CONVERSATION_STARTED, CONVERSATION_ENDING);

    world.created();

    assertThat(world.story(id))
        .containsExactly(
            CONVERSATION_STARTED, CONVERSATION_ENDING, CALL_CREATED, CONVERSATION_ENDED);
    assertThat(world.provider.hangUps()).hasSize(1);
    assertThat(world.last(id).getConversationEnded().getReason())
        .isEqualTo(EndReason.START_WAS_CANCELLED);
    assertThat(world.provider.sidebands()).isEmpty();
  }

  @Test
  void shouldEndAtTheDeadlineWhenTheProviderDoesNotAnswer() {
    Starting starting = world.start(webRtc());
    world.advance(Duration.ofSeconds(30));
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.START_DEADLINE_EXCEEDED);

    world.provider.nextCreate().fail(ProviderException.Kind.TIMED_OUT);
    world.settle();

    assertThat(world.last(onlyConversation()).getConversationEnded().getReason())
        .isEqualTo(EndReason.START_DEADLINE);
  }

  @Test
  void shouldEndRequestedWhenStoppedWhileTheCallIsBeingCreated() {
    String requestId = UUID.randomUUID().toString();
    Starting starting = world.start(webRtc().toBuilder().setRequestId(requestId).build());
    ConversationId id = ConversationIds.conversation(ALICE, requestId);

    assertThat(get(world.stop(id)).getReason()).isEqualTo(EndReason.REQUESTED);
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.START_CANCELLED);
    world.created();

    assertThat(world.last(id).getConversationEnded().getHangUp()).isEqualTo(HangUp.HUNG_UP);
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldHangUpWhenTheFirstAppendFails() {
    world.log.refuseNext(1);
    Starting starting = world.start(webRtc());
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);

    world.created();

    assertThat(world.provider.hangUps()).hasSize(1);
    assertThat(heads()).isEmpty();
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldHangUpAndRefuseWhenCallCreatedCannotBeAppended() {
    Starting starting = world.start(webRtc());
    world.log.refuseNext(1);
    world.created();

    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(world.provider.hangUps()).hasSize(1);
    world.advance(Duration.ofSeconds(1));
    assertThat(world.last(onlyConversation()).getConversationEnded().getReason())
        .isEqualTo(EndReason.START_INTERRUPTED);
  }

  @Test
  void shouldCreateNoCallForACallerWhoHasGoneAlready() {
    Conversations.PendingAnswer<StartResponse> start =
        world.conversations.start(ALICE, withRequestId(webRtc()), Context.root());
    start.abandon(ErrorCode.START_CANCELLED);
    world.settle();
    assertThat(world.provider.creates()).isEmpty();
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldTellTheCallerAtOnceWhenTheLogFailsWhileTheCallIsBeingCreated() {
    String requestId = UUID.randomUUID().toString();
    Starting starting = world.start(webRtc().toBuilder().setRequestId(requestId).build());
    world.log.refuseNext(1);
    var sent = world.send(ConversationIds.conversation(ALICE, requestId), SessionWorld.text("hi"));
    assertThat(refusal(sent)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(refusal(starting.answer())).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
  }

  @Test
  void shouldGoOnWhenOneOfTwoCallersHasGone() {
    StartRequest request = withRequestId(webRtc());
    Starting first = world.start(request);
    Starting second = world.start(request);
    first.pending().abandon(ErrorCode.START_CANCELLED);
    world.settle();
    world.created();
    assertThat(get(second.answer()).getSdpAnswer()).isEqualTo(FakeCreate.SDP_ANSWER);
  }

  private static StartRequest withRequestId(StartRequest request) {
    return request.toBuilder().setRequestId(UUID.randomUUID().toString()).build();
  }

  private ConversationId onlyConversation() {
    assertThat(heads()).hasSize(1);
    return heads().get(0).conversation();
  }

  private java.util.List<Head> heads() {
    return world.log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 10));
  }
}
