package dev.sideband.server.session;

import dev.sideband.v1.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A command that was refused or failed: the code says what its caller should do. */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, String> metadata;
  private final transient Optional<Duration> retryAfter;

  public SessionException(ErrorCode code, String message) {
    this(code, message, Map.of(), Optional.empty());
  }

  public SessionException(
      ErrorCode code, String message, Map<String, String> metadata, Optional<Duration> retryAfter) {
    // No stack trace: most of these are answers, made on a hot path, and never leave as traces.
    super(message, null, false, false);
    this.code = code;
    this.metadata = Map.copyOf(metadata);
    this.retryAfter = retryAfter;
  }

  /** What its caller should do. */
  public ErrorCode code() {
    return code;
  }

  /** For {@code ErrorInfo.metadata}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** When repeating may help, if that is known. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
