package dev.sideband.server;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/**
 * {@code %trace} in {@code logback.xml}: the span in which a line was logged, or nothing. Read when
 * the line is written, which its own thread does: nothing is kept for lines that are never logged.
 */
public final class TraceOfLine extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent line) {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid() ? " trace_id=" + span.getTraceId() + " span_id=" + span.getSpanId() : "";
  }
}
