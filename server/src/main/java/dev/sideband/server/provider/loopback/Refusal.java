package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Why a client's event was not done, in OpenAI's words.
 *
 * @param code for programs
 * @param message for people
 * @param param what of the event was wrong; "" if nothing in particular
 */
record Refusal(String code, String message, String param) {

  static Refusal missing(String param) {
    return new Refusal(
        "missing_required_parameter", "Missing required parameter: '" + param + "'.", param);
  }

  static Refusal invalid(String param, String value, String expected) {
    return new Refusal(
        "invalid_value",
        "Invalid value: '" + value + "'. Supported values are: " + expected + ".",
        param);
  }

  static Refusal tooLong(String param, int most, int length) {
    String message =
        "Invalid '%s': string too long. Expected a string with maximum length %d, but got a string with length %d instead."
            .formatted(param, most, length);
    return new Refusal("string_above_max_length", message, param);
  }

  /** The body of an {@code error}, on HTTP and in events. */
  ObjectNode toJson(String type) {
    ObjectNode error = Json.object().put("type", type).put("code", code).put("message", message);
    error.put("param", param.isEmpty() ? null : param);
    return error;
  }
}
