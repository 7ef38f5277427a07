package dev.sideband.cli.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a person is told about: the message says what and where, the advice says what to
 * do, one line each. Its stack trace is shown with {@code --verbose} only.
 */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final transient List<String> advice;

  /** A failure without a deeper cause. */
  public CliException(ExitCode exitCode, String message, String... advice) {
    this(exitCode, null, message, advice);
  }

  /** A failure that another one caused. */
  public CliException(
      ExitCode exitCode, @Nullable Throwable cause, String message, String... advice) {
    super(message, cause);
    this.exitCode = exitCode;
    this.advice = List.of(advice);
  }

  /** What the shell is told. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** What to do about it; may be empty when the message says it all. */
  public List<String> advice() {
    return advice == null ? List.of() : advice;
  }
}
