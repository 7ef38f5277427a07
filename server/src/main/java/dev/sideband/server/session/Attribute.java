package dev.sideband.server.session;

import io.opentelemetry.api.common.AttributeKey;
import java.util.Locale;

/**
 * What this room's spans and metrics say of things: OpenTelemetry's own words where it has some.
 *
 * <p>Nothing here may hold what was said, an SDP or a provider's call id. {@link #CONVERSATION} and
 * the ids of responses and tool calls are for spans only: a metric has no place for what is never
 * the same twice.
 */
final class Attribute {
  private Attribute() {}

  static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("conversation.id");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> SEVERITY = AttributeKey.stringKey("sideband.error.severity");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sideband.outcome");
  static final AttributeKey<String> STAGE = AttributeKey.stringKey("sideband.stage");
  static final AttributeKey<String> MILESTONE = AttributeKey.stringKey("sideband.milestone");
  static final AttributeKey<String> PHASE = AttributeKey.stringKey("sideband.phase");
  static final AttributeKey<String> STATE = AttributeKey.stringKey("sideband.state");
  static final AttributeKey<String> CAUSE = AttributeKey.stringKey("sideband.cause");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("sideband.reason");
  static final AttributeKey<String> KIND = AttributeKey.stringKey("sideband.input.kind");
  static final AttributeKey<String> FATE = AttributeKey.stringKey("sideband.input.fate");
  static final AttributeKey<String> DIRECTION = AttributeKey.stringKey("sideband.audio.direction");
  static final AttributeKey<String> MODALITY = AttributeKey.stringKey("sideband.modality");
  static final AttributeKey<String> CLOCK = AttributeKey.stringKey("sideband.clock");
  static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("sideband.attempts");
  static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("sideband.attempt");
  static final AttributeKey<Boolean> RECOVERED = AttributeKey.booleanKey("sideband.recovered");

  /** What the provider says it spent itself, in seconds. */
  static final AttributeKey<Double> PROCESSING =
      AttributeKey.doubleKey("sideband.provider.processing");

  // Semantic conventions for generative AI.
  static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
  static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");
  static final AttributeKey<String> TALK = AttributeKey.stringKey("gen_ai.conversation.id");
  static final AttributeKey<String> TOKEN = AttributeKey.stringKey("gen_ai.token.type");
  static final AttributeKey<String> RESPONSE = AttributeKey.stringKey("gen_ai.response.id");
  static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
  static final AttributeKey<String> TOOL_CALL = AttributeKey.stringKey("gen_ai.tool.call.id");
  static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT_TOKENS =
      AttributeKey.longKey("gen_ai.usage.output_tokens");

  /** A constant of ours as a value, as OpenTelemetry writes them. */
  static String value(Enum<?> constant) {
    String name = constant.name();
    return name.endsWith("UNSPECIFIED") ? "unknown" : name.toLowerCase(Locale.ROOT);
  }
}
