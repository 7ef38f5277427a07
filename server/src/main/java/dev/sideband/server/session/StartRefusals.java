package dev.sideband.server.session;

import dev.sideband.store.v1.PrivatePart;
import dev.sideband.store.v1.StartRefusal;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.StartFailed;
import dev.sideband.v1.TransportKind;
import java.util.Optional;

/** How the refusal of a Start is stored, and read again: a repeat gets the first one, in full. */
final class StartRefusals {
  private StartRefusals() {}

  /** For the event that made it true; an empty part if there was none. */
  static PrivatePart toPrivatePart(Optional<SessionException> refusal) {
    return refusal
        .map(StartRefusals::toProto)
        .map(stored -> PrivatePart.newBuilder().setStartRefusal(stored).build())
        .orElse(PrivatePart.getDefaultInstance());
  }

  private static StartRefusal toProto(SessionException refusal) {
    StartRefusal.Builder stored =
        StartRefusal.newBuilder()
            .setCode(refusal.code())
            .setMessage(String.valueOf(refusal.getMessage()))
            .putAllMetadata(refusal.metadata());
    refusal.retryAfter().ifPresent(after -> stored.setRetryAfter(ProtoTime.of(after)));
    return stored.build();
  }

  static SessionException ofProto(StartRefusal stored) {
    return new SessionException(
        stored.getCode(),
        stored.getMessage(),
        stored.getMetadataMap(),
        stored.hasRetryAfter()
            ? Optional.of(ProtoTime.toDuration(stored.getRetryAfter()))
            : Optional.empty());
  }

  /** Why the log's Start has no answer; empty if it has one. */
  static Optional<SessionException> of(SessionState state, SessionSecrets secrets) {
    return secrets.startRefusal().map(StartRefusals::ofProto).or(() -> told(state));
  }

  /** As much as the events tell: of a start that was cut off, or that an older server stored. */
  private static Optional<SessionException> told(SessionState state) {
    return switch (state.endReason()) {
      case START_FAILED -> {
        StartFailed failed = state.startFailed();
        yield Optional.of(new SessionException(failed.getCode(), failed.getMessage()));
      }
      case START_DEADLINE ->
          unfinished(ErrorCode.START_DEADLINE_EXCEEDED, "had no answer before its deadline");
      case START_WAS_CANCELLED -> unfinished(ErrorCode.START_CANCELLED, "was cancelled");
      default ->
          wasAnswered(state)
              ? Optional.empty()
              : unfinished(ErrorCode.START_CANCELLED, "did not finish");
    };
  }

  private static Optional<SessionException> unfinished(ErrorCode code, String what) {
    return Optional.of(
        new SessionException(
            code, "start: " + what + " (expected: start again with a new request_id)"));
  }

  /** A call that came after the conversation began to end was nobody's answer. */
  private static boolean wasAnswered(SessionState state) {
    if (state.started().getTransport() == TransportKind.WEB_SOCKET) {
      return true;
    }
    long ending = state.endingSequence();
    return state.call() > 0 && (ending == 0 || state.startAnsweredAt() < ending);
  }
}
