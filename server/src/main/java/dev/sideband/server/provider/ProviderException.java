package dev.sideband.server.provider;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A provider that did not do what it was asked. Its message is for clients: it holds no secret,
 * SDP, call id or URL with one.
 */
public final class ProviderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How to react. */
  public enum Kind {
    /** No connection. Nothing was created. */
    UNREACHABLE,
    /** No answer in time. A call may have been created. */
    TIMED_OUT,
    /** 401, 403: the credentials. */
    UNAUTHORIZED,
    /** 404: path, model or call. */
    NOT_FOUND,
    /** 429: for now. */
    RATE_LIMITED,
    /** Quota or billing limit. */
    QUOTA,
    /** Another 4xx: the request. */
    REFUSED,
    /** 5xx. */
    FAILED,
    /** An answer that cannot be used. A call may have been created. */
    ANSWER_INVALID
  }

  private final Kind kind;
  private final transient Optional<Duration> retryAfter;

  public ProviderException(Kind kind, String message) {
    this(kind, message, Optional.empty());
  }

  public ProviderException(Kind kind, String message, Optional<Duration> retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** What a stage of a provider failed with; none should fail in another way. */
  public static ProviderException of(@Nullable Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof ProviderException known
        ? known
        : new ProviderException(Kind.ANSWER_INVALID, "provider: failed in an unexpected way");
  }

  /** How to react. */
  public Kind kind() {
    return kind;
  }

  /** When the provider says that repeating may help. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
