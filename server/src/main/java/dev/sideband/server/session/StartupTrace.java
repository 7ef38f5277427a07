package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Timing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a conversation's startup takes, stage by stage: as the {@link Timing} of its milestones
 * and as spans.
 *
 * <p>{@code conversation.start} ends with the answer and contains {@code provider.create_call}.
 * {@code sideband.join} outlives the RPC, so it is a root of its own that links to the start; it
 * contains {@code session.configure}. So does each {@code sideband.rejoin} of a lost one. Spans
 * hold the conversation's id, never the call's.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class StartupTrace {
  private static final AttributeKey<String> CONVERSATION =
      AttributeKey.stringKey("conversation.id");
  private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("provider.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("sideband.attempts");

  private final Tracer tracer;
  private final LongSupplier nanoTime;
  private final String conversation;
  private final String provider;
  private final long startedNanos;
  private final Duration alreadyElapsed;
  private final boolean resumed;
  private Span start = Span.getInvalid();
  private Context startContext = Context.root();
  private Span createCall = Span.getInvalid();
  private Span join = Span.getInvalid();
  private Span configure = Span.getInvalid();
  private long stageNanos;

  private StartupTrace(
      String conversation, SessionContext context, Duration alreadyElapsed, boolean resumed) {
    this.tracer = context.tracer();
    this.nanoTime = context.nanoTime();
    this.conversation = conversation;
    this.provider = context.provider().name();
    this.startedNanos = nanoTime.getAsLong();
    this.stageNanos = startedNanos;
    this.alreadyElapsed = alreadyElapsed;
    this.resumed = resumed;
  }

  /** For a conversation that starts now. */
  static StartupTrace begin(String conversation, SessionContext context) {
    return new StartupTrace(conversation, context, Duration.ZERO, false);
  }

  /** For one that an earlier process started: its totals are put together from wall time. */
  static StartupTrace resume(String conversation, SessionContext context, Timestamp startedAt) {
    Duration elapsed = ProtoTime.since(startedAt, context.clock());
    return new StartupTrace(conversation, context, elapsed, true);
  }

  void startBegan(Context parent) {
    start = span("conversation.start").setParent(parent).startSpan();
    startContext = Context.root().with(start);
  }

  /** Runs a turn with the start's span as the current one: for what it logs, and for exemplars. */
  @SuppressWarnings("try") // The scope is closed, and nothing else is to be done with it.
  void within(Runnable turn) {
    try (Scope current = startContext.makeCurrent()) {
      turn.run();
    }
  }

  void createCallBegan() {
    stageBegan();
    createCall =
        span("provider.create_call")
            .setParent(startContext)
            .setAttribute(PROVIDER, provider)
            .startSpan();
  }

  void createCallEnded() {
    createCall.end();
  }

  void createCallFailed(ErrorCode code) {
    fail(createCall, code);
  }

  void startEnded() {
    start.end();
  }

  void startFailed(ErrorCode code) {
    fail(start, code);
  }

  void joinBegan() {
    joinBegan("sideband.join");
  }

  /** The sideband was lost: how long it takes until it is back. */
  void rejoinBegan() {
    configure.end();
    joinBegan("sideband.rejoin");
  }

  private void joinBegan(String name) {
    stageBegan();
    join =
        span(name)
            .setNoParent()
            .addLink(start.getSpanContext())
            .setAttribute(PROVIDER, provider)
            .startSpan();
  }

  void joinEnded(int attempts) {
    join.setAttribute(ATTEMPTS, (long) attempts);
    join.end();
  }

  void joinFailed(ErrorCode code) {
    fail(join, code);
  }

  void configureBegan() {
    stageBegan();
    configure = span("session.configure").setParent(Context.root().with(join)).startSpan();
  }

  void configureEnded() {
    configure.end();
  }

  void configureFailed(ErrorCode code) {
    fail(configure, code);
  }

  /** Another call was told our session: a stage of its own, but none of the startup. */
  void renewalTold() {
    stageBegan();
  }

  /** Ends whatever is still open: the conversation is over. */
  void close() {
    createCall.end();
    start.end();
    configure.end();
    join.end();
  }

  private void stageBegan() {
    stageNanos = nanoTime.getAsLong();
  }

  /** Since the current stage and the whole began. */
  Timing timing() {
    long now = nanoTime.getAsLong();
    return Timing.newBuilder()
        .setElapsed(Durations.fromNanos(now - stageNanos))
        .setTotal(Durations.fromNanos(now - startedNanos + alreadyElapsed.toNanos()))
        .setApproximate(resumed)
        .build();
  }

  /** The same for a stage that began then. */
  Timing timing(long beganNanos) {
    return timing().toBuilder()
        .setElapsed(Durations.fromNanos(nanoTime.getAsLong() - beganNanos))
        .build();
  }

  /** Since the conversation began. */
  Duration total() {
    return Duration.ofNanos(nanoTime.getAsLong() - startedNanos).plus(alreadyElapsed);
  }

  String startTraceparent() {
    return traceparent(start.getSpanContext());
  }

  String joinTraceparent() {
    return traceparent(join.getSpanContext());
  }

  /** W3C Trace Context, version 00; empty for a span that nobody records. */
  private static String traceparent(SpanContext span) {
    return span.isValid()
        ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex()
        : "";
  }

  private SpanBuilder span(String name) {
    return tracer.spanBuilder(name).setAttribute(CONVERSATION, conversation);
  }

  private static void fail(Span span, ErrorCode code) {
    span.setAttribute(ERROR, code.name());
    span.setStatus(StatusCode.ERROR);
    span.end();
  }
}
