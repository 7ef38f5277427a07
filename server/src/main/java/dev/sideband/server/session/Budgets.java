package dev.sideband.server.session;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.InputTranscription;
import dev.sideband.v1.SessionOptions;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a budget can be promised: only if whatever the conversation is to use has a price, the
 * model that answers, by voice and by text, and the one that transcribes. Immutable; any thread.
 */
final class Budgets {
  private static final String FIELD = "limits.budget_micro_usd";
  private static final Pattern NAME = Pattern.compile("[\\w.:/-]{1,64}");

  private final SessionServices services;

  Budgets(SessionServices services) {
    this.services = services;
  }

  /** Why a Start is refused for its budget; empty if it is not. */
  Optional<SessionException> refusal(StartCommand command) {
    long budget = command.request().getLimits().getBudgetMicroUsd();
    if (budget == 0) {
      return Optional.empty();
    }
    if (budget < 0) { // It is unsigned.
      return Optional.of(invalid("too large (expected: less than 2^63)"));
    }
    SessionOptions options = command.options();
    if (!options.getTranscriptionOnly() && !hasPrice(options.getModel())) {
      return Optional.of(unpriced("price", options.getModel(), ""));
    }
    if (!options.getTranscriptionOnly() && !prices().hasAllThatIsSaid(options.getModel())) {
      return Optional.of(
          unpriced(
              "price of input and output, both as text and as audio,", options.getModel(), ""));
    }
    boolean isCall = command.request().getTransport().hasWebRtc();
    return transcriptionModel(options, isCall)
        .filter(model -> !hasPrice(model))
        .map(model -> unpriced("price", model, ", or session.input_transcription.disabled"));
  }

  private boolean hasPrice(String model) {
    return prices().has(model);
  }

  private Prices prices() {
    return services.config().prices();
  }

  /** A call is transcribed unless its caller objects, a session of its own if its caller asks. */
  private Optional<String> transcriptionModel(SessionOptions options, boolean isCall) {
    Optional<String> overridden =
        text(options.getSessionOverrides(), "audio", "input", "transcription", "model");
    InputTranscription asked = options.getInputTranscription();
    if (overridden.isPresent()) {
      return overridden;
    }
    if (asked.getDisabled() || !(isCall || options.hasInputTranscription())) {
      return Optional.empty();
    }
    return Optional.of(
        asked.getModel().isEmpty()
            ? services.dialect(options.getDialect()).defaultTranscriptionModel()
            : asked.getModel());
  }

  /** The text at the end of a path through objects; empty if there is none. */
  static Optional<String> text(Struct root, String... path) {
    Value value = Value.newBuilder().setStructValue(root).build();
    for (String member : path) {
      value = value.getStructValue().getFieldsOrDefault(member, Value.getDefaultInstance());
    }
    return value.getStringValue().isEmpty()
        ? Optional.empty()
        : Optional.of(value.getStringValue());
  }

  private static SessionException unpriced(String what, String model, String orElse) {
    String named = NAME.matcher(model).matches() ? "model " + model : "a model of that name";
    return invalid(
        "cannot be kept, since this server knows no %s of %s (expected: 0, or a price in its %s%s)"
            .formatted(what, named, "session.prices-file", orElse));
  }

  private static SessionException invalid(String what) {
    return new SessionException(
        ErrorCode.REQUEST_INVALID, FIELD + ": " + what, Map.of("field", FIELD), Optional.empty());
  }
}
