package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_CREATED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_STARTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.loopback.CallReport;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.StartResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the offer to a session that is configured, or is not. */
class StartingTest {
  private final OneServer server;

  StartingTest(@TempDir Path folder) {
    server = new OneServer(folder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private CallReport onlyCall() {
    assertThat(server.report().calls()).hasSize(1);
    return server.report().calls().get(0);
  }

  @Test
  void shouldTellMilestonesInOrderWhenNothingGoesWrong() {
    Caller caller = server.open();
    StartResponse started = caller.start();
    Listening<?> following = caller.follow(started.getConversationId());
    following.await(SESSION_CONFIGURED);

    List<RealtimeEvent> story = caller.story(started.getConversationId());
    Stories.requireGapless(story);
    assertThat(Stories.kinds(story).subList(0, 5))
        .containsExactly(
            CONVERSATION_STARTED,
            CALL_CREATED,
            SIDEBAND_JOINING,
            SIDEBAND_JOINED,
            SESSION_CONFIGURED);
    assertThat(started.getSdpAnswer()).startsWith("v=0");
    assertThat(started.getSequence()).isEqualTo(2);
    assertThat(
            List.of(
                story.get(1).getCallCreated().getTiming().getTotal(),
                story.get(2).getSidebandJoining().getTiming().getTotal(),
                story.get(3).getSidebandJoined().getTiming().getTotal(),
                story.get(4).getSessionConfigured().getTiming().getTotal()))
        .isSortedAccordingTo(Durations::compare);
    assertThat(caller.get(started.getConversationId()).getPhase())
        .isEqualTo(ConversationState.Phase.LIVE);
  }

  @Test
  void shouldAnswerBeforeTheHandshakeWhenTheSidebandIsSlow() {
    Caller caller = server.open("loopback.join-delay=1s");
    StartResponse started = caller.start();
    String id = started.getConversationId();

    assertThat(started.getSdpAnswer()).startsWith("v=0");
    assertThat(onlyCall().joins()).isZero();
    assertThat(caller.get(id).getPhase()).isEqualTo(ConversationState.Phase.CALLING);

    long accepted = caller.send(id, Requests.text("sent meanwhile")).getSequence();
    Listening<?> following = caller.follow(id);
    following.await(INPUT_ACKNOWLEDGED);

    assertThat(accepted).isLessThan(following.await(SIDEBAND_JOINED).getSequence());
    assertThat(onlyCall().joins()).isEqualTo(1);
    assertThat(onlyCall().inputs())
        .extracting(CallReport.Input::type)
        .containsExactly("session.update", "conversation.item.create");
    assertThat(onlyCall().inputs().get(1).json()).contains("sent meanwhile");
  }

  @Test
  void shouldEndRequestedWithoutErrorWhenStoppedWhileJoining() {
    Caller caller = server.open("loopback.join-delay=1s");
    String id = caller.start().getConversationId();
    Listening<?> following = caller.follow(id);
    following.await(SIDEBAND_JOINING);

    assertThat(caller.stop(id).getReason()).isEqualTo(EndReason.REQUESTED);

    List<RealtimeEvent> story = following.awaitEnd();
    assertThat(Stories.requireEnded(story, EndReason.REQUESTED)).isEqualTo(HangUp.HUNG_UP);
    assertThat(Stories.kinds(story))
        .containsExactly(
            CONVERSATION_STARTED,
            CALL_CREATED,
            SIDEBAND_JOINING,
            CONVERSATION_ENDING,
            CONVERSATION_ENDED);
    // Another one joins later than the first would have: its delay began later.
    caller.follow(caller.start().getConversationId()).await(SIDEBAND_JOINED);
    assertThat(caller.story(id)).isEqualTo(story);
  }

  @Test
  void shouldAnswerThenFailWhenNobodyMayJoin() {
    Caller caller = server.open("openai.join-window=1s");
    server.loopback().faults().refuseJoins(1_000, 404);
    StartResponse started = caller.start();
    assertThat(started.getSdpAnswer()).startsWith("v=0");

    List<RealtimeEvent> story = caller.storyToTheEnd(started.getConversationId());

    assertThat(Stories.requireEnded(story, EndReason.SIDEBAND_FAILED)).isEqualTo(HangUp.HUNG_UP);
    assertThat(Stories.kinds(story))
        .startsWith(CONVERSATION_STARTED, CALL_CREATED, SIDEBAND_JOINING, SIDEBAND_JOINING)
        .endsWith(SIDEBAND_JOINING, ERROR_OCCURRED, CONVERSATION_ENDING, CONVERSATION_ENDED)
        .doesNotContain(SIDEBAND_JOINED)
        .containsOnlyOnce(ERROR_OCCURRED);
    RealtimeEvent error = story.get(story.size() - 3);
    assertThat(error.getErrorOccurred().getCode()).isEqualTo(ErrorCode.SIDEBAND_JOIN_FAILED);
    assertThat(error.getErrorOccurred().getSeverity()).isEqualTo(Severity.FATAL);
    assertThat(server.report().live()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void shouldEndAtOnceWhenTheJoinIsUnauthorized(int status) {
    Caller caller = server.open();
    server.loopback().faults().refuseJoins(1, status);

    List<RealtimeEvent> story = caller.storyToTheEnd(caller.start().getConversationId());

    assertThat(Stories.requireEnded(story, EndReason.AUTH)).isEqualTo(HangUp.HUNG_UP);
    assertThat(Stories.kinds(story))
        .containsExactly(
            CONVERSATION_STARTED,
            CALL_CREATED,
            SIDEBAND_JOINING,
            ERROR_OCCURRED,
            CONVERSATION_ENDING,
            CONVERSATION_ENDED);
    assertThat(story.get(3).getErrorOccurred().getCode()).isEqualTo(ErrorCode.PROVIDER_AUTH);
  }

  @Test
  void shouldJoinAgainWhenTheFirstAttemptsFail() {
    Caller caller = server.open();
    server.loopback().faults().refuseJoins(2, 404);
    String id = caller.start().getConversationId();

    assertThat(caller.follow(id).await(SIDEBAND_JOINED).getSidebandJoined().getAttempt())
        .isEqualTo(3);
    await().until(() -> onlyCall().sidebands() == 1);
  }
}
