package dev.sideband.server;

import ch.qos.logback.classic.spi.ThrowableProxy;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.ExceptionEventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Collection;
import java.util.List;

/**
 * A span as it may be told: what was thrown in it is a {@link DiscreetException}. We record none,
 * but whoever observes calls records what a handler throws.
 */
final class DiscreetSpan extends DelegatingSpanData {
  private DiscreetSpan(SpanData span) {
    super(span);
  }

  static List<SpanData> all(Collection<SpanData> spans) {
    return spans.stream().map(DiscreetSpan::of).toList();
  }

  private static SpanData of(SpanData span) {
    boolean thrown = span.getEvents().stream().anyMatch(ExceptionEventData.class::isInstance);
    return thrown ? new DiscreetSpan(span) : span;
  }

  @Override
  public List<EventData> getEvents() {
    return super.getEvents().stream().map(DiscreetSpan::told).toList();
  }

  private static EventData told(EventData event) {
    if (!(event instanceof ExceptionEventData thrown)) {
      return event;
    }
    AttributesBuilder attributes = event.getAttributes().toBuilder();
    DiscreetException.of(new ThrowableProxy(thrown.getException()))
        .attributes()
        .forEach(attributes::put);
    return EventData.create(
        event.getEpochNanos(), event.getName(), attributes.build(), event.getTotalAttributeCount());
  }
}
