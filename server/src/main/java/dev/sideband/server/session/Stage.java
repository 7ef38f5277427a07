package dev.sideband.server.session;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/**
 * Something that takes time, as a span. It ends once; what comes after is without effect.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Stage {
  private final Span span;
  private final SpanClock clock;
  private final long beganNanos;
  private long tookNanos;
  private boolean open = true;

  private Stage(Span span, SpanClock clock, long beganNanos) {
    this.span = span;
    this.clock = clock;
    this.beganNanos = beganNanos;
  }

  /** One that began then. */
  static Stage of(Span span, SpanClock clock, long beganNanos) {
    return new Stage(span, clock, beganNanos);
  }

  /** One that there never was. */
  static Stage none(SpanClock clock) {
    Stage none = new Stage(Span.getInvalid(), clock, clock.nanos());
    none.open = false;
    return none;
  }

  boolean isOpen() {
    return open;
  }

  <T> Stage with(AttributeKey<T> key, T value) {
    span.setAttribute(key, value);
    return this;
  }

  void end() {
    end(clock.nanos());
  }

  void end(long nanos) {
    if (open) {
      open = false;
      tookNanos = Math.max(0, nanos - beganNanos);
      span.end(clock.epochNanos(nanos), TimeUnit.NANOSECONDS);
    }
  }

  /** Ends it, and says why it came to nothing. */
  void fail(String why) {
    if (open) {
      span.setAttribute(Attribute.ERROR, why);
      span.setStatus(StatusCode.ERROR);
      end();
    }
  }

  /** How long it took; since it began, if it is open. */
  long nanos() {
    return open ? clock.nanos() - beganNanos : tookNanos;
  }

  long beganNanos() {
    return beganNanos;
  }

  /** For what is part of it, also when it has ended. */
  Context context() {
    return Context.root().with(span);
  }

  SpanContext spanContext() {
    return span.getSpanContext();
  }

  /** As {@link Traceparent} writes it. */
  String traceparent() {
    return Traceparent.of(spanContext());
  }
}
