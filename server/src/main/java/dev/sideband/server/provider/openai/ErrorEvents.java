package dev.sideband.server.provider.openai;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads errors, and says how bad each is. Most are recoverable: what is not known to end a session
 * does not.
 */
final class ErrorEvents {

  /** Codes and types that mean: the account has nothing left. */
  static final Set<String> QUOTA =
      Set.of(
          "insufficient_quota",
          "billing_hard_limit_reached",
          "quota_exceeded",
          "billing_not_active");

  private record Verdict(Severity severity, ErrorCode code) {}

  private static final Verdict OUT_OF_QUOTA =
      new Verdict(Severity.OUT_OF_QUOTA, ErrorCode.PROVIDER_QUOTA);
  private static final Verdict EXPIRED =
      new Verdict(Severity.PAST_LIMIT, ErrorCode.SESSION_EXPIRED);
  private static final Verdict AUTH = new Verdict(Severity.FATAL, ErrorCode.PROVIDER_AUTH);
  private static final Verdict GONE = new Verdict(Severity.FATAL, ErrorCode.CALL_GONE);
  private static final Verdict FAILED = new Verdict(Severity.TURN, ErrorCode.PROVIDER_FAILED);
  private static final Verdict CONTENT = new Verdict(Severity.TURN, ErrorCode.CONTENT_REFUSED);
  private static final Verdict ORDINARY =
      new Verdict(Severity.RECOVERABLE, ErrorCode.PROVIDER_ERROR);
  private static final Verdict RATE =
      new Verdict(Severity.RECOVERABLE, ErrorCode.PROVIDER_RATE_LIMITED);

  private static final Verdict NO_ITEM = new Verdict(Severity.RECOVERABLE, ErrorCode.ITEM_UNKNOWN);

  /** By {@code code}, and where there is none by {@code type}. */
  private static final Map<String, Verdict> VERDICTS =
      Map.ofEntries(
          entry("session_expired", EXPIRED),
          entry("invalid_api_key", AUTH),
          entry("account_deactivated", AUTH),
          entry("authentication_error", AUTH),
          entry("call_id_not_found", GONE),
          entry("session_not_found", GONE),
          entry("beta_api_shape_disabled", new Verdict(Severity.FATAL, ErrorCode.PROVIDER_REFUSED)),
          entry("rate_limit_exceeded", RATE),
          entry("rate_limit_error", RATE),
          entry("server_error", FAILED),
          entry("inference_failed", FAILED),
          entry("content_filter", CONTENT),
          entry("content_policy_violation", CONTENT),
          entry("moderation_blocked", CONTENT),
          entry(
              "conversation_already_has_active_response",
              new Verdict(Severity.RECOVERABLE, ErrorCode.RESPONSE_ACTIVE)),
          entry(
              "item_create_duplicate_item_id",
              new Verdict(Severity.RECOVERABLE, ErrorCode.ITEM_DUPLICATE)),
          entry("item_retrieve_invalid_item_id", NO_ITEM),
          entry("item_truncate_invalid_item_id", NO_ITEM),
          entry("item_delete_invalid_item_id", NO_ITEM));

  /** How a message names an item, the surest first. Our own ids are 32 hex digits. */
  private static final List<Pattern> ITEM_IDS =
      List.of(
          Pattern.compile("(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])"),
          Pattern.compile("\\bitem[^'\"`]{0,40}['\"`]([A-Za-z0-9_-]{1,64})['\"`]"),
          Pattern.compile("\\b(item_[A-Za-z0-9]{8,60})\\b"));

  private ErrorEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put("error", ErrorEvents::error);
  }

  /** The provider's own word for an error: its code, or its type. */
  static String code(JsonNode error) {
    String code = Json.text(error, "code");
    return code.isEmpty() ? Json.text(error, "type") : code;
  }

  private static void error(JsonNode message, Reading reading) {
    JsonNode error = message.path("error").isObject() ? message.path("error") : message;
    String text = Json.text(error, "message");
    Verdict verdict = verdict(error);
    reading.complainsAbout(Json.text(error, "event_id"), quotedItem(text));
    reading.add().setErrorOccurred(occurred(verdict, error));
  }

  /** For the response that failed for this reason. */
  static ErrorOccurred ofFailedResponse(JsonNode error) {
    Verdict verdict = verdict(error);
    boolean turnOnly = verdict.severity() == Severity.RECOVERABLE;
    ErrorCode code =
        verdict.code() == ErrorCode.PROVIDER_ERROR ? ErrorCode.RESPONSE_FAILED : verdict.code();
    return occurred(new Verdict(turnOnly ? Severity.TURN : verdict.severity(), code), error);
  }

  private static ErrorOccurred occurred(Verdict verdict, JsonNode error) {
    return ErrorOccurred.newBuilder()
        .setSeverity(verdict.severity())
        .setCode(verdict.code())
        .setProviderCode(PublicText.of(code(error)))
        .setMessage(PublicText.of(Json.text(error, "message")))
        .build();
  }

  private static Verdict verdict(JsonNode error) {
    String code = Json.text(error, "code");
    String type = Json.text(error, "type");
    if (QUOTA.contains(code) || QUOTA.contains(type)) {
      return OUT_OF_QUOTA;
    }
    if (Json.text(error, "message").contains("maximum duration")) {
      return EXPIRED;
    }
    Verdict byCode = VERDICTS.get(code);
    return byCode != null ? byCode : VERDICTS.getOrDefault(type, ORDINARY);
  }

  private static String quotedItem(String message) {
    for (Pattern pattern : ITEM_IDS) {
      Matcher matcher = pattern.matcher(message);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return "";
  }
}
