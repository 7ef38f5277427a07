package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RENEWED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_RETIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.RENEWAL_DUE;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A conversation that outlasts its provider's sessions. */
class PastTheLimitTest {
  private final Path folder;

  PastTheLimitTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static RenewRequest renewal(String id) {
    return RenewRequest.newBuilder().setConversationId(id).setSdpOffer(Requests.OFFER).build();
  }

  private static RenewResponse renewed(Caller caller, String id) {
    RenewResponse renewed = caller.call().renew(renewal(id));
    Input.Builder held = Input.newBuilder();
    held.getClientMilestoneBuilder().setName("dtls_connected").setCall(renewed.getCall());
    caller.send(id, held.build());
    return renewed;
  }

  private static Listening<?> following(Caller caller, String id, int call) {
    Listening<?> following = caller.follow(id);
    following.await(event -> event.getPayloadCase() == RENEWAL_DUE && event.getCall() == call);
    return following;
  }

  @Test
  void shouldGoOnAsOneStreamThroughThreeSessions() {
    try (RunningServer server = RunningServer.open(folder, "loopback.session-limit=4s")) {
      Caller caller = server.caller();
      String id = caller.start().getConversationId();
      caller.send(id, Requests.asking("remember this"));
      for (int call = 1; call < 3; call++) {
        int next = call + 1;
        Listening<?> told = following(caller, id, call);
        RenewResponse renewed = renewed(caller, id);
        assertThat(renewed.getSdpAnswer()).startsWith("v=0");
        assertThat(renewed.getCall()).isEqualTo(next);
        told.await(event -> event.getPayloadCase() == CALL_RETIRED && event.getCall() < next);
      }
      caller.send(id, Requests.asking("still there?"));
      List<RealtimeEvent> story = caller.storyToTheEnd(id);

      Stories.requireEnded(story, EndReason.EXPIRED);
      assertThat(story.get(story.size() - 1).getConversationEnded().getDuration().getSeconds())
          .as("longer than a session")
          .isGreaterThan(4);
      assertThat(story).filteredOn(RealtimeEvent::hasCallRenewed).hasSize(2);
      assertThat(story)
          .filteredOn(RealtimeEvent::hasCallRetired)
          .extracting(event -> event.getCallRetired().getHangUp())
          .containsExactly(HangUp.HUNG_UP, HangUp.HUNG_UP);
      assertThat(story)
          .as("each call is told what was said")
          .filteredOn(RealtimeEvent::hasItemAdded)
          .extracting(event -> event.getItemAdded().getItem().getId())
          .contains("seed-2-0", "seed-2-1", "seed-3-0", "seed-3-1");
      assertThat(server.report().live()).isZero();
    }
  }

  @Test
  void shouldTakeTheAnswerToAHandoffThatTheOldCallAskedFor() {
    try (RunningServer server = RunningServer.open(folder)) {
      Caller caller = server.caller();
      String id =
          caller.start(Requests.webRtc().setSession(Requests.withAgent())).getConversationId();
      Listening<?> following = caller.follow(id);
      caller.send(id, Requests.asking("ask the agent"));
      String handoff = following.await(HANDOFF_REQUESTED).getHandoffRequested().getHandoffId();
      following.await(event -> event.hasResponseCompleted());
      assertThat(renewed(caller, id).getCall()).isEqualTo(2);
      following.await(CALL_RENEWED);
      caller.send(id, Requests.finalAnswer(handoff, "all green"));
      following.await(
          event ->
              event.getTranscriptCompleted().getText().equals("The agent says: all green")
                  && event.getCall() == 2);
      caller.stop(id);
      assertThat(caller.storyToTheEnd(id))
          .noneMatch(RealtimeEvent::hasInputRejected)
          .noneMatch(RealtimeEvent::hasErrorOccurred)
          .filteredOn(RealtimeEvent::hasHandoffRequested)
          .hasSize(1);
    }
  }

  @Test
  void shouldBeRefusedWithWhatIsWrong() {
    try (RunningServer server = RunningServer.open(folder)) {
      Caller caller = server.caller();
      String id = caller.start(Requests.webSocket()).getConversationId();
      assertThat(Caller.refused(() -> caller.call().renew(renewal(id))).code())
          .isEqualTo(ErrorCode.RENEWAL_NOT_ON_THIS_TRANSPORT);
    }
  }

  @Test
  void shouldRejoinTheNewCallAfterARestart() {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere()) {
      String[] settings = RunningServer.heldBy(loopback);
      String id;
      try (RunningServer server = RunningServer.open(folder, settings)) {
        Caller caller = server.caller();
        id = caller.start().getConversationId();
        caller.follow(id).await(SESSION_CONFIGURED);
        assertThat(renewed(caller, id).getCall()).isEqualTo(2);
        caller.follow(id).await(CALL_RETIRED);
      }
      try (RunningServer server = RunningServer.open(folder, settings)) {
        Caller caller = server.caller();
        caller.follow(id).await(event -> event.hasSidebandRejoined() && event.getCall() == 2);
        caller.stop(id);
        Stories.requireEnded(caller.storyToTheEnd(id), EndReason.REQUESTED);
      }
      assertThat(loopback.report().hungUp()).isEqualTo(2);
      assertThat(loopback.report().live()).isZero();
    }
  }
}
