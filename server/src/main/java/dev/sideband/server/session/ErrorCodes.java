package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.SidebandLost;

/**
 * What failures of a provider are called in our vocabulary, and what they mean for a conversation.
 */
final class ErrorCodes {
  /** "The request itself (1-39)", as the codes are grouped. */
  private static final int FIRST_NOT_OF_REQUESTS = 40;

  private ErrorCodes() {}

  static ErrorCode of(ProviderException.Kind kind) {
    return switch (kind) {
      case UNREACHABLE -> ErrorCode.PROVIDER_UNREACHABLE;
      case TIMED_OUT -> ErrorCode.PROVIDER_TIMED_OUT;
      case UNAUTHORIZED -> ErrorCode.PROVIDER_AUTH;
      case NOT_FOUND -> ErrorCode.PROVIDER_NOT_FOUND;
      case RATE_LIMITED -> ErrorCode.PROVIDER_RATE_LIMITED;
      case QUOTA -> ErrorCode.PROVIDER_QUOTA;
      case REFUSED -> ErrorCode.PROVIDER_REFUSED;
      case FAILED -> ErrorCode.PROVIDER_FAILED;
      case ANSWER_INVALID -> ErrorCode.PROVIDER_ANSWER_INVALID;
    };
  }

  /** Whether starting again, with a new offer, may succeed. */
  static boolean isRetryable(ProviderException.Kind kind) {
    return switch (kind) {
      case UNREACHABLE, TIMED_OUT, RATE_LIMITED, FAILED, ANSWER_INVALID -> true;
      case UNAUTHORIZED, NOT_FOUND, QUOTA, REFUSED -> false;
    };
  }

  /** Whether a create that failed so may have made a call all the same. */
  static boolean mayHaveCreated(ProviderException.Kind kind) {
    return kind == ProviderException.Kind.TIMED_OUT
        || kind == ProviderException.Kind.ANSWER_INVALID;
  }

  /** Whether a start that failed so, or has no failure on record, may have made a call. */
  static boolean mayHaveCreated(ErrorCode code) {
    return switch (code) {
      case ERROR_CODE_UNSPECIFIED, PROVIDER_TIMED_OUT, PROVIDER_ANSWER_INVALID -> true;
      default -> false;
    };
  }

  /** Whether another attempt to join may succeed. */
  static boolean isWorthRejoining(SidebandClosed closed) {
    return switch (closed.cause()) {
      case LOCAL, EXPIRED, UNAUTHORIZED -> false;
      case REFUSED -> closed.httpStatus() >= 500 || closed.httpStatus() == 429;
      default -> true;
    };
  }

  /** What a sideband that never opened is called. */
  static ErrorCode ofFailedJoin(SidebandClosed closed) {
    return switch (closed.cause()) {
      case UNAUTHORIZED -> ErrorCode.PROVIDER_AUTH;
      case EXPIRED -> ErrorCode.SESSION_EXPIRED;
      default -> ErrorCode.SIDEBAND_JOIN_FAILED;
    };
  }

  /**
   * Whether a Start that is refused so tells of nothing that is wrong here: it takes another
   * request, or another server.
   */
  static boolean isForItsCaller(ErrorCode code) {
    boolean isOfTheRequest = code.getNumber() > 0 && code.getNumber() < FIRST_NOT_OF_REQUESTS;
    return isOfTheRequest || code == ErrorCode.ROLE_MISSING || code == ErrorCode.SERVER_GOING_AWAY;
  }

  /** Whether starting, or renewing, again may succeed after such a failure. */
  static boolean isRetryable(ErrorCode code) {
    return switch (code) {
      case PROVIDER_AUTH, PROVIDER_NOT_FOUND, PROVIDER_QUOTA, PROVIDER_REFUSED, CONTENT_REFUSED ->
          false;
      default -> true;
    };
  }

  /** Whether it is the call that is over for such a reason, and another one may go on. */
  static boolean isOfOneCall(EndReason reason) {
    return switch (reason) {
      case EXPIRED, CALL_IS_GONE, SIDEBAND_FAILED, REMOTE_HANGUP -> true;
      default -> false;
    };
  }

  /** Why a conversation ends whose sideband could not be joined. */
  static EndReason reasonOfFailedJoin(SidebandClosed closed) {
    return switch (closed.cause()) {
      case UNAUTHORIZED -> EndReason.AUTH;
      case EXPIRED -> EndReason.EXPIRED;
      default -> EndReason.SIDEBAND_FAILED;
    };
  }

  /** Why a conversation ends whose sideband was open and is gone for good. */
  static EndReason reasonOfLoss(SidebandClosed closed) {
    return switch (closed.cause()) {
      case EXPIRED -> EndReason.EXPIRED;
      case CLOSED ->
          closed.closeCode() == 1000 ? EndReason.REMOTE_HANGUP : EndReason.SIDEBAND_FAILED;
      default -> EndReason.SIDEBAND_FAILED;
    };
  }

  static SidebandLost.Cause lossOf(SidebandClosed.Cause cause) {
    return switch (cause) {
      case CLOSED, EXPIRED -> SidebandLost.Cause.CLOSED;
      case RESET -> SidebandLost.Cause.RESET;
      case UNRESPONSIVE -> SidebandLost.Cause.UNRESPONSIVE;
      case READER_STALLED -> SidebandLost.Cause.READER_STALLED;
      case WRITER_STALLED -> SidebandLost.Cause.WRITER_STALLED;
      case LOCAL -> SidebandLost.Cause.CAUSE_UNSPECIFIED;
      case NOT_FOUND, UNAUTHORIZED, REFUSED, UNREACHABLE, TIMED_OUT ->
          SidebandLost.Cause.JOIN_FAILED;
    };
  }

  /** Why a conversation ends after an error that the provider calls final. */
  static EndReason reasonOf(ErrorOccurred error) {
    return switch (error.getCode()) {
      case PROVIDER_AUTH -> EndReason.AUTH;
      case PROVIDER_QUOTA -> EndReason.QUOTA;
      case SESSION_EXPIRED -> EndReason.EXPIRED;
      case CONTENT_REFUSED -> EndReason.CONTENT;
      case CALL_GONE -> EndReason.CALL_IS_GONE;
      default -> EndReason.PROVIDER_FATAL;
    };
  }
}
