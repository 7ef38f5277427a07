package dev.sideband.server;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An exception as it may be told: its class, its frames, its causes, and its message if Sideband
 * wrote that. A library's message may quote what it choked on, as parsers do: an SDP, an address
 * with a call id, what somebody said.
 *
 * <p>Who wrote a message is told by the frame that made the exception, whatever its class: {@code
 * IllegalStateException} is as often ours as the JDK's.
 */
final class DiscreetException implements IThrowableProxy {
  static final String WITHHELD = "(message withheld: not written by Sideband)";
  private static final String OURS = "dev.sideband.server.";

  private final IThrowableProxy thrown;

  private DiscreetException(IThrowableProxy thrown) {
    this.thrown = thrown;
  }

  static DiscreetException of(IThrowableProxy thrown) {
    return new DiscreetException(thrown);
  }

  /** As OpenTelemetry names them. */
  Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("exception.type", getClassName());
    attributes.put("exception.stacktrace", ThrowableProxyUtil.asString(this));
    String message = getMessage();
    if (message != null) {
      attributes.put("exception.message", message);
    }
    return attributes;
  }

  @Override
  public @Nullable String getMessage() {
    String message = thrown.getMessage();
    return message == null ? null : isOurs(message) ? Mask.over(message) : WITHHELD;
  }

  private boolean isOurs(String message) {
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    String author =
        frames == null || frames.length == 0
            ? thrown.getClassName()
            : frames[0].getStackTraceElement().getClassName();
    return author.startsWith(OURS) && !isTakenFromCause(message);
  }

  /** An exception that was given a cause and no message has the cause's words for one. */
  private boolean isTakenFromCause(String message) {
    IThrowableProxy cause = thrown.getCause();
    return cause != null && message.startsWith(cause.getClassName());
  }

  @Override
  public String getClassName() {
    return thrown.getClassName();
  }

  @Override
  public StackTraceElementProxy[] getStackTraceElementProxyArray() {
    return thrown.getStackTraceElementProxyArray();
  }

  @Override
  public int getCommonFrames() {
    return thrown.getCommonFrames();
  }

  @Override
  public @Nullable IThrowableProxy getCause() {
    IThrowableProxy cause = thrown.getCause();
    return cause == null ? null : of(cause);
  }

  @Override
  public IThrowableProxy[] getSuppressed() {
    return Stream.of(thrown.getSuppressed())
        .map(DiscreetException::new)
        .toArray(IThrowableProxy[]::new);
  }

  @Override
  public boolean isCyclic() {
    return thrown.isCyclic();
  }
}
