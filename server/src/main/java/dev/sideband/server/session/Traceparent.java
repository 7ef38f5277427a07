package dev.sideband.server.session;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a span is, in words: W3C Trace Context, version 00. */
final class Traceparent {
  private static final String FIELD = "traceparent";

  private Traceparent() {}

  /** Empty for a span that nobody records. */
  static String of(SpanContext span) {
    return span.isValid()
        ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex()
        : "";
  }

  /** The same, but empty as well for a span that is not sampled: nobody can find that one. */
  static String ofSampled(SpanContext span) {
    return span.isSampled() ? of(span) : "";
  }

  /** The span that is meant, as another process's; the invalid one if the words say none. */
  static SpanContext parse(String words) {
    Context read =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), words, new Words());
    return Span.fromContext(read).getSpanContext();
  }

  /** The one field that there is. */
  private static final class Words implements TextMapGetter<String> {
    @Override
    public Iterable<String> keys(String words) {
      return List.of(FIELD);
    }

    @Override
    public @Nullable String get(@Nullable String words, String key) {
      return key.equals(FIELD) ? words : null;
    }
  }
}
