package dev.sideband.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Tells OpenTelemetry what is logged, with the span in which it was, and with {@code
 * conversation.id} if it begins {@code conversation {}}, and nothing private ({@link
 * DiscreetLine}). What OpenTelemetry itself logs stays here: it would go round and round.
 *
 * <p><b>Threads.</b> Whoever logs tells; the SDK's queue takes it, or drops it.
 */
final class LogBridge implements AutoCloseable {
  private final Logger root;
  private final Appender appender = new Appender();

  private LogBridge(LoggerContext context, OpenTelemetry api) {
    root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    appender.setContext(context);
    appender.setName("otel");
    appender.setOpenTelemetry(api);
    appender.setKeyValuePairAttributesIncluded("*"); // A line as told has ours only.
    appender.addFilter(new Foreign());
    appender.start();
    root.addAppender(appender);
  }

  static LogBridge open(OpenTelemetry api) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      return attach(context, api);
    }
    throw new IllegalStateException("log: not Logback's (expected: as packed)");
  }

  static LogBridge attach(LoggerContext context, OpenTelemetry api) {
    return new LogBridge(context, api);
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }

  /** As theirs, but of a {@link DiscreetLine}. */
  private static final class Appender extends OpenTelemetryAppender {
    @Override
    protected void append(ILoggingEvent line) {
      super.append(new Told(line));
    }
  }

  /** A line with what it is about, and what was thrown, as attributes. */
  private static final class Told extends DiscreetLine {
    private static final String ABOUT = "conversation {}";

    private final List<KeyValuePair> attributes = new ArrayList<>();

    Told(ILoggingEvent line) {
      super(line);
      Object[] arguments = line.getArgumentArray();
      boolean isAbout = String.valueOf(line.getMessage()).startsWith(ABOUT);
      if (isAbout && arguments != null && arguments.length > 0) {
        add("conversation.id", String.valueOf(arguments[0]));
      }
      DiscreetException thrown = getThrowableProxy();
      if (thrown != null) {
        thrown.attributes().forEach(this::add);
      }
    }

    private void add(String key, String value) {
      attributes.add(new KeyValuePair(key, value));
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
      return attributes;
    }
  }

  private static final class Foreign extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent line) {
      return line.getLoggerName().startsWith("io.opentelemetry.")
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }
  }
}
