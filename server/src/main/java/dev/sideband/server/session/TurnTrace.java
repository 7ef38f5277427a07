package dev.sideband.server.session;

import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ToolCallRequested;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.context.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A span for each response, tool call and handoff, as the semantic conventions for generative AI
 * have them; what was said in them is nowhere. A response is a trace of its own that links to the
 * startup, because a conversation may last for hours; what the model calls while it responds is
 * part of that.
 *
 * <p>How long a response took is recorded whether or not its span is still open: it may have been
 * given up, or ended with the sideband.
 *
 * <p><b>Bounds.</b> At most {@link #MAX_RESPONSES} responses and, beside them, {@link #MAX_CALLS}
 * tool calls and handoffs are open; for one more the eldest of its kind is given up. Of {@link
 * #MAX_TIMED} responses it is known when they began; for one more the eldest is forgotten.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class TurnTrace {
  /** What the conventions call a response. */
  static final String RESPOND = "chat";

  static final int MAX_RESPONSES = 16;
  static final int MAX_CALLS = 64;
  static final int MAX_TIMED = 256;
  private static final String CALL_TOOL = "execute_tool";
  private static final String HAND_OFF = "invoke_agent";
  private static final String FAILED = "response_failed";

  /** Names that are no words: whatever else a model may call stays out. */
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final Stages stages;
  private final StartupTrace startup;
  private final SessionState state;
  private final UsageMetrics metrics;
  private final OpenStages responses = new OpenStages(MAX_RESPONSES);
  private final OpenStages calls = new OpenStages(MAX_CALLS);

  /** When those began whose end was not heard, the eldest first. */
  private final Map<String, Long> beganNanos = new LinkedHashMap<>();

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
      case SIDEBAND_LOST -> responses.fail("SIDEBAND_LOST"); // Their end may never be heard.
      case CALL_RENEWED -> {
        responses.fail("CALL_RENEWED");
        beganNanos.clear(); // Their end will never be heard.
      }
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
    if (beganNanos.containsKey(id)) {
      return;
    }
    latest =
        stages
            .leadAsked(RESPOND + " " + model(), startup.spanContext())
            .with(Attribute.OPERATION, RESPOND)
            .with(Attribute.MODEL, model())
            .with(Attribute.RESPONSE, id);
    responses.add(id, latest);
    time(id, latest.beganNanos());
  }

  private void time(String id, long nanos) {
    if (beganNanos.size() >= MAX_TIMED) {
      beganNanos.remove(beganNanos.keySet().iterator().next());
    }
    beganNanos.put(id, nanos);
  }

  private String model() {
    return state.started().getModel();
  }

  private void responseEnded(ResponseCompleted completed) {
    Long began = beganNanos.remove(completed.getResponseId());
    if (began == null) {
      return; // It began before this session did, or was forgotten.
    }
    Optional<Stage> span = responses.take(completed.getResponseId());
    span.ifPresent(response -> end(response, completed));
    metrics.response(
        stages.clock().nanos() - began,
        operation(isFailed(completed)),
        span.map(Stage::context).orElseGet(Context::root));
  }

  private static void end(Stage response, ResponseCompleted completed) {
    response
        .with(Attribute.OUTCOME, Attribute.value(completed.getStatus()))
        .with(Attribute.INPUT_TOKENS, completed.getUsage().getInputTokens())
        .with(Attribute.OUTPUT_TOKENS, completed.getUsage().getOutputTokens());
    if (isFailed(completed)) {
      response.fail(FAILED);
    } else {
      response.end();
    }
  }

  private static boolean isFailed(ResponseCompleted completed) {
    return completed.getStatus() == ResponseCompleted.Status.FAILED;
  }

  private Attributes operation(boolean failed) {
    AttributesBuilder operation =
        Attributes.builder()
            .put(Attribute.OPERATION, RESPOND)
            .put(Attribute.PROVIDER, stages.provider())
            .put(Attribute.MODEL, model());
    if (failed) {
      operation.put(Attribute.ERROR, FAILED);
    }
    return operation.build();
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
    if (calls.has(id)) {
      return stages.none();
    }
    String name = tool.isEmpty() ? operation : operation + " " + tool;
    Stage call =
        latest.isOpen()
            ? stages.begin(name, latest.context())
            : stages.lead(name, startup.spanContext());
    calls.add(id, call);
    return call.with(Attribute.OPERATION, operation);
  }

  private void called(String id) {
    calls.take(id).ifPresent(Stage::end);
  }

  /** Ends whatever is still open. */
  void close() {
    responses.close();
    calls.close();
  }
}
