package dev.sideband.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Tells OpenTelemetry what is logged, with the span in which it was, and with {@code
 * conversation.id} if it begins {@code conversation {}}. What OpenTelemetry itself logs stays here:
 * it would go round and round.
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
    appender.setKeyValuePairAttributesIncluded("conversation.id");
    appender.addFilter(new Foreign());
    appender.start();
    root.addAppender(appender);
  }

  static LogBridge open(OpenTelemetry api) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      return new LogBridge(context, api);
    }
    throw new IllegalStateException("log: not Logback's (expected: as packed)");
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }

  /** As theirs, but a line about a conversation has its id as an attribute. */
  private static final class Appender extends OpenTelemetryAppender {
    private static final String ABOUT = "conversation {}";

    @Override
    protected void append(ILoggingEvent line) {
      Object[] arguments = line.getArgumentArray();
      if (line instanceof LoggingEvent event
          && event.getMessage().startsWith(ABOUT)
          && arguments != null) {
        event.addKeyValuePair(new KeyValuePair("conversation.id", arguments[0].toString()));
      }
      super.append(line);
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
