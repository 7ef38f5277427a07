package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.SessionWorld.withHandoffs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Severity;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.ToolOutput;
import dev.sideband.v1.TranscriptCompleted;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What was said, who said it and how a call is reached is no business of whoever watches. */
class TelemetrySecretsTest {
  private static final String SECRET = "xyzzy";

  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);

  /** A conversation in which everything that a client or a provider may word is the secret. */
  private void wholeConversation() {
    SessionOptions options = withHandoffs().toBuilder().setInstructions("be " + SECRET).build();
    Live live = world.live(webRtc(options).toBuilder().putMetadata(SECRET, SECRET).build());
    live.sends(SessionWorld.milestone(SECRET));
    live.sends(SessionWorld.milestone("ice_connected"));
    live.sends(Fates.asking(SECRET));
    live.hears("response.created", Fates.started("resp_1"));
    live.hears(
        "response.output_audio_transcript.done",
        RealtimeEvent.newBuilder()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder().setRole(Role.ASSISTANT).setText(SECRET)));
    calls(live, "get_weather", "call_1");
    calls(live, "background_agent", "call_2");
    live.hears("response.done", Fates.completed("resp_1"));
    live.sends(
        Input.newBuilder()
            .setToolOutput(ToolOutput.newBuilder().setToolCallId("call_1").setOutput(SECRET))
            .build());
    live.sends(
        Input.newBuilder()
            .setHandoffOutput(
                HandoffOutput.newBuilder()
                    .setHandoffId("call_2")
                    .setText(SECRET)
                    .setPhase(HandoffOutput.Phase.FINAL))
            .build());
    live.sideband().emitError(error(), "", "");
    world.settle();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    Live again = live.rejoined();
    again.hears("session.updated", Fates.configured());
    Renewing.renewed(again);
    assertThat(world.stop(live.id())).isCompleted();
  }

  private void calls(Live live, String tool, String id) {
    live.sideband()
        .emitToolCall(
            ToolCallRequested.newBuilder()
                .setToolCallId(id)
                .setItemId("item_" + id)
                .setName(tool)
                .setArguments(SECRET)
                .build(),
            SECRET);
    world.settle();
  }

  private static ErrorOccurred error() {
    return ErrorOccurred.newBuilder()
        .setSeverity(Severity.RECOVERABLE)
        .setCode(ErrorCode.PROVIDER_REFUSED)
        .setProviderCode(SECRET)
        .setMessage(SECRET)
        .build();
  }

  @Test
  void shouldTellNothingThatWasSaidAndNoWayToTheCall() {
    wholeConversation();
    String spans = telescope.spans().toString();
    String metrics = telescope.metrics().toString();
    assertThat(telescope.names())
        .contains("conversation.start", "chat gpt-realtime", "sideband.rejoin")
        .contains("conversation.renew", "execute_tool get_weather", "invoke_agent");
    for (String told : new String[] {spans, metrics}) {
      assertThat(told)
          .doesNotContain(SECRET)
          .doesNotContain("rtc_1")
          .doesNotContain("rtc_2")
          .doesNotContain("v=0");
    }
  }

  @Test
  void shouldHaveNoMetricOfASingleConversation() {
    wholeConversation();
    String attributes =
        telescope.metrics().stream()
            .map(MetricData::getData)
            .flatMap(data -> data.getPoints().stream())
            .map(point -> point.getAttributes().toString())
            .collect(Collectors.joining("\n"));
    assertThat(attributes)
        .isNotEmpty()
        .doesNotContain("conversation.id")
        .doesNotContain("resp_")
        .doesNotContain("call_1")
        .doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-");
  }
}
