package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.SessionWorld.withHandoffs;
import static dev.sideband.server.session.Telescope.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.HandoffComplete;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.ToolOutput;
import dev.sideband.v1.Usage;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTraceTest {
  private static final String CHAT = "chat gpt-realtime";

  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);
  private final Live live = world.live(webRtc(withHandoffs()));

  private void begins(String responseId) {
    live.hears("response.created", Fates.started(responseId));
  }

  private void ends(String responseId, ResponseCompleted.Status status) {
    live.hears(
        "response.done",
        RealtimeEvent.newBuilder()
            .setResponseCompleted(
                ResponseCompleted.newBuilder()
                    .setResponseId(responseId)
                    .setStatus(status)
                    .setUsage(Usage.newBuilder().setInputTokens(7).setOutputTokens(9))));
  }

  private void calls(String tool, String id) {
    live.sideband()
        .emitToolCall(
            ToolCallRequested.newBuilder()
                .setToolCallId(id)
                .setItemId("item_" + id)
                .setName(tool)
                .setArguments("{}")
                .build(),
            "words");
    world.settle();
  }

  @Test
  void shouldTraceEachResponseByItself() {
    begins("resp_1");
    world.advance(Duration.ofMillis(1_500));
    ends("resp_1", ResponseCompleted.Status.COMPLETED);

    SpanData response = telescope.span(CHAT);
    assertThat(response.getParentSpanContext().isValid()).isFalse();
    assertThat(response.getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(telescope.span("conversation.start").getSpanContext());
    assertThat(millis(response)).isEqualTo(1_500);
    assertThat(response.getAttributes().get(Attribute.OPERATION)).isEqualTo("chat");
    assertThat(response.getAttributes().get(Attribute.MODEL)).isEqualTo("gpt-realtime");
    assertThat(response.getAttributes().get(Attribute.PROVIDER)).isEqualTo("fake");
    assertThat(response.getAttributes().get(Attribute.RESPONSE)).isEqualTo("resp_1");
    assertThat(response.getAttributes().get(Attribute.INPUT_TOKENS)).isEqualTo(7);
    assertThat(response.getAttributes().get(Attribute.OUTPUT_TOKENS)).isEqualTo(9);
    assertThat(response.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(
            telescope
                .recorded("gen_ai.client.operation.duration", "gen_ai.operation.name=chat")
                .get(0)
                .getSum())
        .isEqualTo(1.5);
  }

  @Test
  void shouldSayThatAResponseFailed() {
    begins("resp_1");
    ends("resp_1", ResponseCompleted.Status.FAILED);
    assertThat(telescope.span(CHAT).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(telescope.recorded("gen_ai.client.operation.duration", "error.type=response_failed"))
        .hasSize(1);
  }

  @Test
  void shouldEndAResponseWithTheSideband() {
    begins("resp_1");
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    assertThat(telescope.span(CHAT).getAttributes().get(Attribute.ERROR))
        .isEqualTo("SIDEBAND_LOST");
  }

  @Test
  void shouldTraceAToolCallUntilItsOutputIsAccepted() {
    begins("resp_1");
    calls("get_weather", "call_1");
    ends("resp_1", ResponseCompleted.Status.COMPLETED);
    world.advance(Duration.ofMillis(700));
    live.sends(
        Input.newBuilder()
            .setToolOutput(ToolOutput.newBuilder().setToolCallId("call_1").setOutput("rain"))
            .build());

    SpanData tool = telescope.span("execute_tool get_weather");
    assertThat(tool.getParentSpanId()).isEqualTo(telescope.span(CHAT).getSpanId());
    assertThat(tool.getAttributes().get(Attribute.TOOL)).isEqualTo("get_weather");
    assertThat(millis(tool)).isEqualTo(700);
  }

  @Test
  void shouldTraceAHandoffUntilItIsClosed() {
    calls("background_agent", "call_1");
    world.advance(Duration.ofSeconds(20));
    live.sends(
        Input.newBuilder()
            .setHandoffComplete(HandoffComplete.newBuilder().setHandoffId("call_1"))
            .build());
    SpanData handoff = telescope.span("invoke_agent");
    assertThat(handoff.getParentSpanContext().isValid()).isFalse();
    assertThat(millis(handoff)).isEqualTo(20_000);
  }

  @Test
  void shouldKeepAToolNameOutThatIsNoName() {
    calls("please say hello", "call_1");
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(telescope.span("execute_tool").getAttributes().get(Attribute.TOOL)).isNull();
  }

  private List<HistogramPointData> took() {
    return telescope.recorded("gen_ai.client.operation.duration");
  }

  @Test
  void shouldGiveUpTheEldestCallWhenMoreThanSomeWaitForTheirOutput() {
    for (int i = 0; i < TurnTrace.MAX_CALLS + 2; i++) {
      calls("get_weather", "call_" + i);
    }
    assertThat(telescope.spans("execute_tool get_weather"))
        .extracting(
            span -> span.getAttributes().get(Attribute.TOOL_CALL),
            span -> span.getAttributes().get(Attribute.OUTCOME),
            span -> span.getStatus().getStatusCode())
        .containsExactly(
            tuple("call_0", "unfinished", StatusCode.UNSET),
            tuple("call_1", "unfinished", StatusCode.UNSET));
  }

  @Test
  void shouldTraceAResponseHoweverManyCallsWaitForTheirOutput() {
    for (int i = 0; i < TurnTrace.MAX_CALLS + 1; i++) {
      calls("get_weather", "call_" + i);
    }
    begins("resp_1");
    world.advance(Duration.ofSeconds(2));
    ends("resp_1", ResponseCompleted.Status.COMPLETED);
    assertThat(telescope.span(CHAT).getAttributes().get(Attribute.OUTCOME)).isEqualTo("completed");
    assertThat(took().get(0).getSum()).isEqualTo(2.0);
  }

  @Test
  void shouldRecordHowLongAResponseTookAlsoWhenItsSpanWasGivenUp() {
    for (int i = 0; i < TurnTrace.MAX_RESPONSES + 1; i++) {
      begins("resp_" + i);
    }
    SpanData eldest = telescope.span(CHAT);
    assertThat(eldest.getAttributes().get(Attribute.RESPONSE)).isEqualTo("resp_0");
    assertThat(eldest.getAttributes().get(Attribute.OUTCOME)).isEqualTo("unfinished");

    world.advance(Duration.ofSeconds(3));
    ends("resp_0", ResponseCompleted.Status.COMPLETED);

    assertThat(telescope.spans(CHAT)).hasSize(1);
    assertThat(took().get(0).getSum()).isEqualTo(3.0);
  }

  @Test
  void shouldRecordHowLongAResponseTookThatOutlivedALoss() {
    begins("resp_1");
    live.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(4));
    live.rejoined()
        .hears(
            "response.done",
            RealtimeEvent.newBuilder()
                .setResponseCompleted(ResponseCompleted.newBuilder().setResponseId("resp_1")));
    assertThat(telescope.span(CHAT).getAttributes().get(Attribute.ERROR))
        .isEqualTo("SIDEBAND_LOST");
    assertThat(took().get(0).getSum()).isEqualTo(4.0);
  }

  @Test
  void shouldForgetWhenTheEldestResponseBeganIfMoreThanSomeNeverEnd() {
    for (int i = 0; i < TurnTrace.MAX_TIMED + 1; i++) {
      begins("resp_" + i);
    }
    ends("resp_0", ResponseCompleted.Status.COMPLETED);
    assertThat(took()).isEmpty();
    ends("resp_1", ResponseCompleted.Status.COMPLETED);
    assertThat(took()).hasSize(1);
  }

  @Test
  void shouldSayWhatWasNotFinishedWhenTheConversationEnded() {
    begins("resp_1");
    calls("get_weather", "call_1");
    assertThat(world.stop(live.id())).isCompleted();
    for (String name : List.of(CHAT, "execute_tool get_weather")) {
      assertThat(telescope.span(name).getAttributes().get(Attribute.OUTCOME))
          .as(name)
          .isEqualTo("unfinished");
    }
  }
}
