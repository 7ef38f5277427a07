package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Begins the spans of one session: whose they are, where they belong, and by which clock.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Stages {
  private final Tracer tracer;
  private final SpanClock clock;
  private final String conversation;
  private final String provider;

  Stages(ConversationId conversation, SessionContext context) {
    this.tracer = context.tracer();
    this.clock = new SpanClock(context);
    this.conversation = conversation.toString();
    this.provider = context.provider().name();
  }

  SpanClock clock() {
    return clock;
  }

  String provider() {
    return provider;
  }

  Stage none() {
    return Stage.none(clock);
  }

  /** Part of something. */
  Stage begin(String name, Context parent) {
    return begin(name, parent, clock.nanos());
  }

  /** The same, which began then. */
  Stage begin(String name, Context parent, long nanos) {
    return begin(name, nanos, span -> span.setParent(parent));
  }

  /** The same, and the provider is asked for it. */
  Stage ask(String name, Context parent) {
    return begin(name, clock.nanos(), span -> asked(span.setParent(parent)));
  }

  /** A trace of its own, which something else led to. */
  Stage lead(String name, SpanContext cause) {
    return begin(name, clock.nanos(), span -> span.setNoParent().addLink(cause));
  }

  /** The same, and the provider is asked for it. */
  Stage leadAsked(String name, SpanContext cause) {
    return begin(name, clock.nanos(), span -> asked(span.setNoParent().addLink(cause)));
  }

  private SpanBuilder asked(SpanBuilder span) {
    return span.setSpanKind(SpanKind.CLIENT).setAttribute(Attribute.PROVIDER, provider);
  }

  private Stage begin(String name, long nanos, UnaryOperator<SpanBuilder> place) {
    SpanBuilder span =
        tracer
            .spanBuilder(name)
            .setAttribute(Attribute.CONVERSATION, conversation)
            .setAttribute(Attribute.TALK, conversation)
            .setStartTimestamp(clock.epochNanos(nanos), TimeUnit.NANOSECONDS);
    return Stage.of(place.apply(span).startSpan(), clock, nanos);
  }
}
