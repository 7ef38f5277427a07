package dev.sideband.server.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a failure becomes a gRPC status, as the comments of {@link ErrorCode} say:
 * always with an {@code ErrorInfo} of domain "sideband", and a {@code RetryInfo} where the time is
 * known. A failure that is no {@link SessionException} is a fault of ours: it is logged here, and
 * its caller learns no more than that.
 */
final class StatusMapper {
  static final String DOMAIN = "sideband";
  private static final Logger LOG = LoggerFactory.getLogger(StatusMapper.class);

  private StatusMapper() {}

  /** What ends a call that failed. */
  static StatusRuntimeException toException(Throwable failure) {
    return StatusProto.toStatusRuntimeException(toProto(failure));
  }

  /** Ends a call that no handler has taken. */
  static void close(ServerCall<?, ?> call, SessionException refusal) {
    StatusRuntimeException ending = toException(refusal);
    Metadata trailers = ending.getTrailers();
    call.close(ending.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** What stands in a receipt for a refused input. */
  static com.google.rpc.Status toProto(Throwable failure) {
    SessionException refusal = asRefusal(failure);
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(codeOf(refusal.code()).value())
            .setMessage(String.valueOf(refusal.getMessage()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(refusal.code().name())
                        .putAllMetadata(refusal.metadata())
                        .build()));
    refusal.retryAfter().ifPresent(after -> status.addDetails(Any.pack(retryAfter(after))));
    return status.build();
  }

  private static RetryInfo retryAfter(java.time.Duration after) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(after.getSeconds()).setNanos(after.getNano()))
        .build();
  }

  /** What a failure is called where it is told. */
  static ErrorCode reasonOf(Throwable failure) {
    return causeOf(failure) instanceof SessionException refusal
        ? refusal.code()
        : ErrorCode.SERVER_FAULT;
  }

  private static SessionException asRefusal(Throwable failure) {
    Throwable cause = causeOf(failure);
    if (cause instanceof SessionException refusal) {
      return refusal;
    }
    LOG.error("A call failed by a fault of the server's own", cause);
    return new SessionException(
        ErrorCode.SERVER_FAULT, "the server failed; its log has the details");
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The status code that the comment of each value names. */
  static Status.Code codeOf(ErrorCode code) {
    return switch (code) {
      case REQUEST_INVALID,
          SDP_MISSING,
          SDP_MALFORMED,
          SDP_WITHOUT_AUDIO,
          SDP_TOO_LARGE,
          VOICE_UNSUPPORTED,
          DIALECT_UNSUPPORTED,
          TEXT_TOO_LONG,
          AUDIO_FORMAT_UNSUPPORTED,
          REQUEST_MALFORMED,
          PROVIDER_REFUSED ->
          Status.Code.INVALID_ARGUMENT;
      case REQUEST_ID_REUSED -> Status.Code.ALREADY_EXISTS;
      case CONVERSATION_NOT_FOUND, HANDOFF_UNKNOWN, TOOL_CALL_UNKNOWN -> Status.Code.NOT_FOUND;
      case SEQUENCE_OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
      case METHOD_UNKNOWN -> Status.Code.UNIMPLEMENTED;
      case REQUEST_TOO_LARGE,
          INBOX_FULL,
          MILESTONES_FULL,
          SERVER_BUSY,
          PROVIDER_RATE_LIMITED,
          PROVIDER_QUOTA ->
          Status.Code.RESOURCE_EXHAUSTED;
      case CREDENTIALS_INVALID -> Status.Code.UNAUTHENTICATED;
      case ROLE_MISSING -> Status.Code.PERMISSION_DENIED;
      case START_CANCELLED -> Status.Code.CANCELLED;
      case START_DEADLINE_EXCEEDED, PROVIDER_TIMED_OUT -> Status.Code.DEADLINE_EXCEEDED;
      case SERVER_GOING_AWAY,
          LOG_UNAVAILABLE,
          PROVIDER_UNREACHABLE,
          PROVIDER_FAILED,
          PROVIDER_ANSWER_INVALID ->
          Status.Code.UNAVAILABLE;
      case CONVERSATION_ENDED,
          AUDIO_NOT_ON_THIS_TRANSPORT,
          HANDOFF_CLOSED,
          REPLAY_IS_READ_ONLY,
          PROVIDER_AUTH,
          PROVIDER_NOT_FOUND,
          RENEWAL_NOT_ON_THIS_TRANSPORT,
          RENEWAL_UNDER_WAY,
          CALL_GONE,
          SESSION_EXPIRED ->
          Status.Code.FAILED_PRECONDITION;
      // Told in the event stream only; here for a command that is refused because of one.
      case SIDEBAND_JOIN_FAILED,
          SESSION_CONFIGURE_TIMED_OUT,
          PROVIDER_ERROR,
          RESPONSE_FAILED,
          CONTENT_REFUSED,
          ITEM_DUPLICATE,
          ITEM_UNKNOWN,
          RESPONSE_ACTIVE,
          PROVIDER_MESSAGE_UNREADABLE ->
          Status.Code.FAILED_PRECONDITION;
      case SERVER_FAULT, ERROR_CODE_UNSPECIFIED, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }
}
