package dev.sideband.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * A log line as it may be told, to whomever: with a {@link DiscreetException}, and a {@link Mask}
 * over its words. Whatever its parts were made of it does not have any more.
 *
 * <p><b>Threads.</b> The one that logs.
 */
class DiscreetLine implements ILoggingEvent {
  private final ILoggingEvent line;
  private final String words;

  DiscreetLine(ILoggingEvent line) {
    this.line = line;
    this.words = Mask.over(String.valueOf(line.getFormattedMessage()));
  }

  @Override
  public @Nullable DiscreetException getThrowableProxy() {
    IThrowableProxy thrown = line.getThrowableProxy();
    return thrown == null ? null : DiscreetException.of(thrown);
  }

  @Override
  public String getFormattedMessage() {
    return words;
  }

  @Override
  public String getMessage() {
    return words;
  }

  @Override
  public Object @Nullable [] getArgumentArray() {
    return null;
  }

  @Override
  public @Nullable List<KeyValuePair> getKeyValuePairs() {
    return null;
  }

  @Override
  public Map<String, String> getMDCPropertyMap() {
    return Map.of();
  }

  @Override
  @SuppressWarnings("deprecation") // Still one of the interface.
  public Map<String, String> getMdc() {
    return Map.of();
  }

  @Override
  public String getThreadName() {
    return line.getThreadName();
  }

  @Override
  public Level getLevel() {
    return line.getLevel();
  }

  @Override
  public String getLoggerName() {
    return line.getLoggerName();
  }

  @Override
  public LoggerContextVO getLoggerContextVO() {
    return line.getLoggerContextVO();
  }

  @Override
  public StackTraceElement[] getCallerData() {
    return line.getCallerData();
  }

  @Override
  public boolean hasCallerData() {
    return line.hasCallerData();
  }

  @Override
  public @Nullable List<Marker> getMarkerList() {
    return line.getMarkerList();
  }

  @Override
  public long getTimeStamp() {
    return line.getTimeStamp();
  }

  @Override
  public int getNanoseconds() {
    return line.getNanoseconds();
  }

  @Override
  public Instant getInstant() {
    return line.getInstant();
  }

  @Override
  public long getSequenceNumber() {
    return line.getSequenceNumber();
  }

  @Override
  public void prepareForDeferredProcessing() {
    line.prepareForDeferredProcessing();
  }
}
