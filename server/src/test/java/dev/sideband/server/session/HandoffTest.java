package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.SessionWorld.withHandoffs;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_COMPLETED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_OUTPUT_ADDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_SUPERSEDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACCEPTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.CreateResponse;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.HandoffComplete;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.ToolOutput;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptLine;
import org.junit.jupiter.api.Test;

class HandoffTest {
  private final SessionWorld world = new SessionWorld();
  private final Live live = world.live(webRtc(withHandoffs()));

  @Test
  void shouldTurnACallOfTheHandoffToolIntoAHandoff() {
    calls("background_agent", "call_1", "look up the build");
    var handoff = live.only(HANDOFF_REQUESTED).getHandoffRequested();
    assertThat(handoff.getHandoffId()).isEqualTo("call_1");
    assertThat(handoff.getInput()).isEqualTo("look up the build");
    assertThat(live.story()).doesNotContain(TOOL_CALL_REQUESTED);
    assertThat(world.state(live.id()).getOpenHandoffsList()).containsExactly(handoff);
  }

  @Test
  void shouldLeaveACallOfAnotherToolAToolCall() {
    calls("get_weather", "call_1", "{}");
    assertThat(live.only(TOOL_CALL_REQUESTED).getToolCallRequested().getName())
        .isEqualTo("get_weather");
    assertThat(live.story()).doesNotContain(HANDOFF_REQUESTED);
  }

  @Test
  void shouldGiveEachHandoffOnlyWhatWasSaidSinceTheOneBefore() {
    says("item_1", "how is the build");
    calls("background_agent", "call_1", "build");
    says("item_2", "and the tests");
    calls("background_agent", "call_2", "tests");

    assertThat(world.events(live.id()))
        .filteredOn(RealtimeEvent::hasHandoffRequested)
        .extracting(event -> event.getHandoffRequested().getTranscriptList())
        .containsExactly(
            java.util.List.of(line("item_1", "how is the build")),
            java.util.List.of(line("item_2", "and the tests")));
  }

  @Test
  void shouldSayWhichOpenHandoffANewOneSteers() {
    calls("background_agent", "call_1", "build");
    calls("background_agent", "call_2", "no, the tests");
    assertThat(world.last(live.id()).getHandoffRequested().getSteersHandoffId())
        .isEqualTo("call_1");
  }

  @Test
  void shouldSendAFinalAnswerAsTheCallsOutputAndAskForAResponse() {
    calls("background_agent", "call_1", "build");
    answers("call_1", "all green", HandoffOutput.Phase.FINAL);

    assertThat(live.storyAfter(6))
        .containsExactly(INPUT_ACCEPTED, HANDOFF_OUTPUT_ADDED, HANDOFF_COMPLETED, INPUT_SENT);
    var commands = live.sideband().commands();
    var item = ((CreateItem) commands.get(1)).item().getFunctionOutput();
    assertThat(item.getToolCallId()).isEqualTo("call_1");
    assertThat(item.getOutput()).isEqualTo("all green");
    assertThat(commands.get(2)).isInstanceOf(CreateResponse.class);
    assertThat(world.state(live.id()).getOpenHandoffsList()).isEmpty();
  }

  @Test
  void shouldKeepTheHandoffOpenAndQuietAfterCommentary() {
    calls("background_agent", "call_1", "build");
    answers("call_1", "looking", HandoffOutput.Phase.COMMENTARY);
    assertThat(world.state(live.id()).getOpenHandoffsCount()).isEqualTo(1);
    assertThat(live.sideband().commands()).noneMatch(CreateResponse.class::isInstance);
  }

  @Test
  void shouldRefuseASecondFinalAnswer() {
    calls("background_agent", "call_1", "build");
    answers("call_1", "all green", HandoffOutput.Phase.FINAL);
    assertThat(refusal(world.send(live.id(), output("call_1", "red", HandoffOutput.Phase.FINAL))))
        .isEqualTo(ErrorCode.HANDOFF_CLOSED);
  }

  @Test
  void shouldRefuseAnAnswerToAHandoffThatNeverWas() {
    assertThat(refusal(world.send(live.id(), output("nope", "x", HandoffOutput.Phase.FINAL))))
        .isEqualTo(ErrorCode.HANDOFF_UNKNOWN);
  }

  @Test
  void shouldCloseWithoutAnAnswer() {
    calls("background_agent", "call_1", "build");
    live.sends(
        Input.newBuilder()
            .setHandoffComplete(
                HandoffComplete.newBuilder().setHandoffId("call_1").setReason("gave up"))
            .build());
    assertThat(live.only(HANDOFF_COMPLETED).getHandoffCompleted().getReason()).isEqualTo("gave up");
    assertThat(live.sideband().commands()).noneMatch(CreateResponse.class::isInstance);
  }

  @Test
  void shouldSupersedeOpenHandoffsWhenTheConversationEnds() {
    calls("background_agent", "call_1", "build");
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(live.only(HANDOFF_SUPERSEDED).getHandoffSuperseded().getHandoffId())
        .isEqualTo("call_1");
  }

  @Test
  void shouldAnswerAToolCallOnce() {
    calls("get_weather", "call_1", "{}");
    Input output =
        Input.newBuilder()
            .setToolOutput(ToolOutput.newBuilder().setToolCallId("call_1").setOutput("sunny"))
            .build();
    live.sends(output);
    assertThat(live.sideband().commands()).anyMatch(CreateResponse.class::isInstance);
    assertThat(refusal(world.send(live.id(), output))).isEqualTo(ErrorCode.TOOL_CALL_UNKNOWN);
  }

  @Test
  void shouldCountWhatAClientWroteAsSaid() {
    String id = live.sends(text("the build, please")).getInputId();
    calls("background_agent", "call_1", "build");
    assertThat(live.only(HANDOFF_REQUESTED).getHandoffRequested().getTranscriptList())
        .containsExactly(line(id, "the build, please"));
  }

  private void calls(String tool, String callId, String argumentText) {
    live.sideband()
        .emitToolCall(
            ToolCallRequested.newBuilder()
                .setToolCallId(callId)
                .setItemId("item_" + callId)
                .setName(tool)
                .setArguments("{\"prompt\":\"" + argumentText + "\"}")
                .build(),
            argumentText);
    world.settle();
  }

  private void says(String itemId, String text) {
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        RealtimeEvent.newBuilder()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder()
                    .setRole(Role.USER)
                    .setItemId(itemId)
                    .setText(text)));
  }

  private void answers(String handoffId, String text, HandoffOutput.Phase phase) {
    live.sends(output(handoffId, text, phase));
  }

  private static Input output(String handoffId, String text, HandoffOutput.Phase phase) {
    return Input.newBuilder()
        .setHandoffOutput(
            HandoffOutput.newBuilder().setHandoffId(handoffId).setText(text).setPhase(phase))
        .build();
  }

  private static TranscriptLine line(String itemId, String text) {
    return TranscriptLine.newBuilder().setRole(Role.USER).setItemId(itemId).setText(text).build();
  }
}
