package dev.sideband.server.session;

import dev.sideband.v1.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Refusals that have nothing to do with what was asked. */
final class Refusals {
  private Refusals() {}

  static SessionException notFound() {
    return new SessionException(
        ErrorCode.CONVERSATION_NOT_FOUND, "conversation_id: unknown (expected: one of yours)");
  }

  static SessionException goingAway() {
    return new SessionException(
        ErrorCode.SERVER_GOING_AWAY, "server: is shutting down (expected: try another)");
  }

  static SessionException busy() {
    return new SessionException(
        ErrorCode.SERVER_BUSY,
        "server: more commands than it can take (expected: try again later)",
        Map.of(),
        Optional.of(Duration.ofMillis(500)));
  }

  static SessionException unreadable() {
    return new SessionException(
        ErrorCode.LOG_UNAVAILABLE,
        "event log: cannot be read now (expected: try again)",
        Map.of(),
        Optional.of(Duration.ofSeconds(1)));
  }

  static SessionException unwritable() {
    return new SessionException(
        ErrorCode.LOG_UNAVAILABLE,
        "event log: cannot be written now (expected: try again)",
        Map.of(),
        Optional.of(Duration.ofSeconds(1)));
  }

  static SessionException fault() {
    return new SessionException(
        ErrorCode.SERVER_FAULT, "server: a fault of its own (expected: report it)");
  }
}
