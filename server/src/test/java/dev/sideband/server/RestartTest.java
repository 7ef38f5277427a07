package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.GAP_REPAIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TRANSCRIPT_COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ToolCallRequested;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one server leaves to the next on the same data folder. */
class RestartTest {
  private final Path folder;

  RestartTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static List<ByteString> bytes(List<RealtimeEvent> story) {
    return story.stream().map(RealtimeEvent::toByteString).toList();
  }

  @Test
  void shouldTellTheSameBytesWhenAnEndedConversationIsReadLater() {
    String id;
    List<ByteString> before;
    try (RunningServer server = RunningServer.open(folder)) {
      Caller caller = server.caller();
      id = caller.start().getConversationId();
      caller.send(id, Requests.asking("remember this"));
      caller.follow(id).await(event -> event.hasResponseCompleted());
      caller.stop(id);
      before = bytes(caller.storyToTheEnd(id));
    }

    try (RunningServer server = RunningServer.open(folder)) {
      Caller caller = server.caller();
      assertThat(bytes(caller.story(id))).isEqualTo(before);
      assertThat(bytes(caller.storyToTheEnd(id))).isEqualTo(before);
      assertThat(caller.get(id).getEndReason()).isEqualTo(EndReason.REQUESTED);
    }
  }

  @Test
  void shouldEndLiveConversationsWhenClosed() {
    String id;
    Listening<?> following;
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere()) {
      try (RunningServer server =
          RunningServer.open(folder, RunningServer.heldBy(loopback, "session.on-exit=end"))) {
        Caller caller = server.caller();
        id = caller.start().getConversationId();
        following = caller.follow(id);
        following.await(SESSION_CONFIGURED);
      }
      assertThat(loopback.report().live()).isZero();
      assertThat(loopback.report().hungUp()).isEqualTo(1);

      try (RunningServer server = RunningServer.open(folder, RunningServer.heldBy(loopback))) {
        List<RealtimeEvent> story = server.caller().story(id);
        assertThat(Stories.requireEnded(story, EndReason.SERVER_EXIT)).isEqualTo(HangUp.HUNG_UP);
        assertThat(server.caller().list()).noneMatch(ConversationSummary::getLive);
      }
    }
  }

  @Test
  void shouldTellFollowersTheEndOrWhereToResumeWhenClosed() {
    RunningServer server = RunningServer.open(folder);
    String id;
    Listening<?> following;
    try (Caller outlives = Caller.of(server.port())) {
      id = outlives.start().getConversationId();
      following = outlives.follow(id);
      following.await(SESSION_CONFIGURED);

      server.close();

      following.awaitClosed();
    } finally {
      server.close();
    }

    List<RealtimeEvent> told = new ArrayList<>(following.events());
    if (following.goingAway().isPresent()) {
      assertThat(following.goingAway()).hasValue((long) told.size());
    } else {
      Stories.requireEnded(told, EndReason.SERVER_EXIT);
    }
    try (RunningServer next = RunningServer.open(folder)) {
      told.addAll(next.caller().rest(id, told.size()));
      assertThat(next.caller().story(id)).isEqualTo(told);
    }
    Stories.requireEnded(told, EndReason.SERVER_EXIT);
  }

  @Test
  void shouldRejoinTheCallsThatTheServerBeforeLeft() {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere()) {
      String[] settings = RunningServer.heldBy(loopback);
      String id;
      List<RealtimeEvent> told;
      try (RunningServer server = RunningServer.open(folder, settings)) {
        Caller caller = server.caller();
        id = caller.start().getConversationId();
        caller.send(id, Requests.asking("remember this"));
        Listening<?> following = caller.follow(id);
        following.await(event -> event.hasResponseCompleted());
        told = new ArrayList<>(following.events());
      }
      assertThat(loopback.report().live()).as("left alone").isEqualTo(1);
      assertThat(loopback.report().hungUp()).isZero();

      try (RunningServer server = RunningServer.open(folder, settings)) {
        Caller caller = server.caller();
        caller.send(id, Requests.asking("and this"));
        Listening<?> following =
            caller.subscribe(Caller.to(id).setFollow(true).setAfterSequence(told.size()));
        following.await(SIDEBAND_REJOINED);
        following.await(event -> event.hasResponseCompleted());
        caller.stop(id);
        told.addAll(following.awaitEnd());
        assertThat(told).isEqualTo(caller.story(id));
        assertThat(Stories.requireEnded(told, EndReason.REQUESTED)).isEqualTo(HangUp.HUNG_UP);
      }
      assertThat(loopback.report().calls()).hasSize(1);
      assertThat(loopback.report().calls().get(0).joins()).isEqualTo(2);
    }
  }

  @Test
  void shouldGoOnWhenTheSocketIsDroppedInMidCall() {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere();
        RunningServer server = RunningServer.open(folder, RunningServer.heldBy(loopback))) {
      loopback.faults().dropAfterEvents(1, 5);
      Caller caller = server.caller();
      String id = caller.start().getConversationId();
      Listening<?> following = caller.follow(id);
      caller.send(id, Requests.text("one"));
      caller.send(id, Requests.text("two"));
      caller.send(id, Requests.text("three"));
      following.await(SIDEBAND_REJOINED);
      caller.send(id, Requests.asking("four"));
      following.await(event -> event.hasResponseCompleted());
      caller.stop(id);

      List<RealtimeEvent> story = following.awaitEnd();
      assertThat(Stories.requireEnded(story, EndReason.REQUESTED)).isEqualTo(HangUp.HUNG_UP);
      assertThat(story.stream().filter(RealtimeEvent::hasInputAcknowledged)).hasSize(4);
      assertThat(loopback.report().calls().get(0).joins()).isEqualTo(2);
    }
  }

  @Test
  void shouldOfferAToolCallThatTheModelMadeWhileNobodyHeardIt() {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere();
        RunningServer server = RunningServer.open(folder, RunningServer.heldBy(loopback))) {
      loopback.faults().dropAfterEvents(1, 5); // The response has begun, the call is to come.
      Caller caller = server.caller();
      String id = caller.start().getConversationId();
      Listening<?> following = caller.follow(id);
      following.await(SESSION_CONFIGURED);
      loopback.faults().refuseJoins(2, 404); // So that it has come when the sideband is back.
      caller.send(id, Requests.asking("!tool weather {\"city\":\"Oslo\"}"));

      ToolCallRequested call = following.await(TOOL_CALL_REQUESTED).getToolCallRequested();
      assertThat(call.getRecovered()).isTrue();
      assertThat(call.getName()).isEqualTo("weather");
      assertThat(call.getArguments()).isEqualTo("{\"city\":\"Oslo\"}");
      GapRepaired repaired = following.await(GAP_REPAIRED).getGapRepaired();
      assertThat(repaired.getOutcome()).isEqualTo(GapRepaired.Outcome.TAIL_RECOVERED);
      assertThat(repaired.getRecoveredItemIdsList()).containsExactly(call.getItemId());

      caller.send(id, Requests.toolOutput(call.getToolCallId(), "sunny"));
      assertThat(following.await(TRANSCRIPT_COMPLETED).getTranscriptCompleted().getText())
          .isEqualTo("The agent says: sunny");
      caller.stop(id);
      List<RealtimeEvent> story = following.awaitEnd();
      assertThat(story.stream().filter(RealtimeEvent::hasToolCallRequested)).hasSize(1);
      assertThat(loopback.report().calls().get(0).joins()).isEqualTo(2);
    }
  }

  @Test
  void shouldSayThatNothingWasMissedWhenTheNextServerFindsTheEndAsItWas() {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere()) {
      String[] settings = RunningServer.heldBy(loopback);
      String id;
      try (RunningServer server = RunningServer.open(folder, settings)) {
        Caller caller = server.caller();
        id = caller.start().getConversationId();
        Listening<?> following = caller.follow(id);
        caller.send(id, Requests.asking("remember this"));
        following.await(event -> event.hasResponseCompleted());
      }
      try (RunningServer server = RunningServer.open(folder, settings)) {
        Listening<?> following = server.caller().follow(id);
        GapRepaired repaired = following.await(GAP_REPAIRED).getGapRepaired();
        assertThat(repaired.getOutcome()).isEqualTo(GapRepaired.Outcome.NOTHING_MISSED);
        assertThat(repaired.getItemsUnknown()).isFalse();
        following.await(event -> event.getItemDeleted().getItemId().equals("probe-1-2"));
        assertThat(following.events()).noneMatch(RealtimeEvent::hasErrorOccurred);
      }
    }
  }
}
