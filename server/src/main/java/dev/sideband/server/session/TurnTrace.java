package dev.sideband.server.session;

import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ToolCallRequested;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A span for each response, tool call and handoff, as the semantic conventions for generative AI
 * have them; what was said in them is nowhere. A response is a trace of its own that links to the
 * startup, because a conversation may last for hours; what the model calls while it responds is
 * part of that.
 *
 * <p><b>Bounds.</b> At most {@link #MAX_OPEN} are open; one more is not traced.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class TurnTrace {
  /** What the conventions call a response. */
  static final String RESPOND = "chat";

  static final int MAX_OPEN = 64;
  private static final String CALL_TOOL = "execute_tool";
  private static final String HAND_OFF = "invoke_agent";

  /** Names that are no words: whatever else a model may call stays out. */
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final Stages stages;
  private final StartupTrace startup;
  private final SessionState state;
  private final UsageMetrics metrics;
  private final Map<String, Stage> responses = new LinkedHashMap<>();
  private final Map<String, Stage> calls = new LinkedHashMap<>();
  private Stage latest;

  TurnTrace(Stages stages, StartupTrace startup, SessionState state, UsageMetrics metrics) {
    this.stages = stages;
    this.startup = startup;
    this.state = state;
    this.metrics = metrics;
    this.latest = stages.none();
  }

  /** An event is about to be added. */
  void add(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case RESPONSE_STARTED -> responseBegan(event.getResponseStarted().getResponseId());
      case RESPONSE_COMPLETED -> responseEnded(event.getResponseCompleted());
      case SIDEBAND_LOST, CALL_RENEWED -> interrupted(event.getPayloadCase().name());
      case TOOL_CALL_REQUESTED -> toolCalled(event.getToolCallRequested());
      case INPUT_ACCEPTED -> {
        if (event.getInputAccepted().getInput().hasToolOutput()) {
          called(event.getInputAccepted().getInput().getToolOutput().getToolCallId());
        }
      }
      case HANDOFF_REQUESTED -> handedOff(event.getHandoffRequested());
      case HANDOFF_COMPLETED -> called(event.getHandoffCompleted().getHandoffId());
      case HANDOFF_SUPERSEDED -> called(event.getHandoffSuperseded().getHandoffId());
      default -> {}
    }
  }

  private void responseBegan(String id) {
    if (hasRoom() && !responses.containsKey(id)) {
      latest =
          stages
              .leadAsked(RESPOND + " " + model(), startup.spanContext())
              .with(Attribute.OPERATION, RESPOND)
              .with(Attribute.MODEL, model())
              .with(Attribute.RESPONSE, id);
      responses.put(id, latest);
    }
  }

  private boolean hasRoom() {
    return responses.size() + calls.size() < MAX_OPEN;
  }

  private String model() {
    return state.started().getModel();
  }

  private void responseEnded(ResponseCompleted completed) {
    Stage response = responses.remove(completed.getResponseId());
    if (response == null) {
      return;
    }
    response
        .with(Attribute.OUTCOME, Attribute.value(completed.getStatus()))
        .with(Attribute.INPUT_TOKENS, completed.getUsage().getInputTokens())
        .with(Attribute.OUTPUT_TOKENS, completed.getUsage().getOutputTokens());
    boolean failed = completed.getStatus() == ResponseCompleted.Status.FAILED;
    if (failed) {
      response.fail("response_failed");
    } else {
      response.end();
    }
    metrics.response(response.nanos(), operation(failed), response.context());
  }

  private Attributes operation(boolean failed) {
    AttributesBuilder operation =
        Attributes.builder()
            .put(Attribute.OPERATION, RESPOND)
            .put(Attribute.PROVIDER, stages.provider())
            .put(Attribute.MODEL, model());
    if (failed) {
      operation.put(Attribute.ERROR, "response_failed");
    }
    return operation.build();
  }

  /** Their end may never be heard. */
  private void interrupted(String why) {
    responses.values().forEach(response -> response.fail(why));
    responses.clear();
  }

  private void toolCalled(ToolCallRequested call) {
    boolean named = TOOL_NAME.matcher(call.getName()).matches();
    Stage tool = begin(call.getToolCallId(), CALL_TOOL, named ? call.getName() : "");
    if (named) {
      tool.with(Attribute.TOOL, call.getName());
    }
    tool.with(Attribute.TOOL_CALL, call.getToolCallId())
        .with(Attribute.RECOVERED, call.getRecovered());
  }

  private void handedOff(HandoffRequested handoff) {
    begin(handoff.getHandoffId(), HAND_OFF, "")
        .with(Attribute.TOOL_CALL, handoff.getHandoffId())
        .with(Attribute.RECOVERED, handoff.getRecovered());
  }

  private Stage begin(String id, String operation, String tool) {
    if (!hasRoom() || calls.containsKey(id)) {
      return stages.none();
    }
    String name = tool.isEmpty() ? operation : operation + " " + tool;
    Stage call =
        latest.isOpen()
            ? stages.begin(name, latest.context())
            : stages.lead(name, startup.spanContext());
    calls.put(id, call);
    return call.with(Attribute.OPERATION, operation);
  }

  private void called(String id) {
    Stage call = calls.remove(id);
    if (call != null) {
      call.end();
    }
  }

  /** Ends whatever is still open. */
  void close() {
    responses.values().forEach(Stage::end);
    responses.clear();
    calls.values().forEach(Stage::end);
    calls.clear();
  }
}
