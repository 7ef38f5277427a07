package dev.sideband.server.session;

import com.google.protobuf.util.Durations;
import dev.sideband.v1.ClientMilestoneReached;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The one trace that shows a conversation's startup: {@code conversation.start}, from the Start's
 * arrival to its answer, with a span for each of its stages; and as its children too, though it has
 * ended by then, what it led to: the join, and what was first heard of provider, assistant and
 * client. Each of those begins where the one before it ended, but for the client's, which are where
 * the client's own clock has them.
 *
 * <p><b>Bounds.</b> What comes later than {@link #STARTUP}, or after the sideband was lost, is not
 * of the startup; each is told once, and of the client's own words {@link #MAX_CLIENT_SPANS}. Of a
 * start that an earlier process began, only where its span is.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class StartupTrace {
  /** How long there is anything to tell: a trace has an end, even if nobody speaks. */
  static final Duration STARTUP = Duration.ofSeconds(60);

  private static final double NANOS = 1e9;
  private static final int MAX_CLIENT_SPANS = 16;

  /** The client's milestones that have a name of ours; others are told as "other". */
  private static final Set<String> KNOWN =
      Set.of(
          "permission",
          "offer",
          "answer_applied",
          "ice_connected",
          "dtls_connected",
          "first_audio_sent",
          "first_audio_heard");

  private final Stages stages;
  private final SessionMetrics metrics;
  private final Set<String> told = new HashSet<>();
  private Context turns;
  private Stage start;
  private Stage createCall;
  private Stage append;
  private Stage answer;
  private long latestNanos;
  private int clientSpans;
  private boolean begun;
  private boolean watching;

  /**
   * @param earlier the start's span, if an earlier session began it; else the invalid one
   */
  StartupTrace(Stages stages, SessionMetrics metrics, SpanContext earlier) {
    this.stages = stages;
    this.metrics = metrics;
    this.turns = Context.root().with(Span.wrap(earlier));
    this.start = stages.none();
    this.createCall = stages.none();
    this.append = stages.none();
    this.answer = stages.none();
  }

  /** A coordinator takes a Start. */
  void began(Context caller) {
    OptionalLong arrived = Arrival.of(caller);
    begun = true;
    watching = true;
    start = stages.begin("conversation.start", caller, arrived.orElse(stages.clock().nanos()));
    turns = start.context();
    if (arrived.isPresent()) {
      ended(stages.begin("start.validate", start.context(), arrived.getAsLong()), "validate");
    }
  }

  void createCallBegan() {
    createCall = stages.ask("provider.create_call", start.context());
  }

  /**
   * There is a call.
   *
   * @param processing what the provider says it spent itself
   */
  void createCallEnded(Optional<Duration> processing) {
    processing.ifPresent(spent -> createCall.with(Attribute.PROCESSING, spent.toNanos() / NANOS));
    ended(createCall, "create_call");
  }

  void createCallFailed(ErrorCode code) {
    if (createCall.isOpen()) {
      createCall.fail(code.name());
      metrics.stage("create_call", code.name(), createCall.nanos(), createCall.context());
    }
  }

  /** What the answer waits for is being made durable. */
  void appendBegan() {
    if (start.isOpen()) {
      append = stages.begin("start.append", start.context());
    }
  }

  /** It is. */
  void answerBegan() {
    ended(append, "append");
    if (start.isOpen()) {
      answer = stages.begin("start.answer", start.context());
    }
  }

  void ended() {
    ended(answer, "answer");
    latestNanos = stages.clock().nanos();
    start.end();
    metrics.answered(start.nanos(), start.context());
  }

  void failed(ErrorCode code) {
    append.end();
    answer.end();
    start.fail(code.name());
    metrics.startFailed(code, start.nanos(), start.context());
  }

  private void ended(Stage stage, String name) {
    if (stage.isOpen()) {
      stage.end();
      metrics.stage(name, "", stage.nanos(), stage.context());
    }
  }

  /** Runs a turn with the start's span as the current one: for what it logs, and for exemplars. */
  @SuppressWarnings("try") // The scope is closed, and nothing else is to be done with it.
  void within(Runnable turn) {
    try (Scope current = turns.makeCurrent()) {
      turn.run();
    }
  }

  /** An event is about to be added. */
  void add(RealtimeEvent event) {
    if (!isWatching()) {
      return;
    }
    switch (event.getPayloadCase()) {
      case SIDEBAND_LOST, CALL_RENEWED, CONVERSATION_ENDING -> watching = false;
      case SIDEBAND_JOINED -> latestNanos = stages.clock().nanos();
      case CLIENT_MILESTONE_REACHED -> {
        if (event.getCall() <= 1) { // Else it is of a call that renews the first.
          reported(event.getClientMilestoneReached());
        }
      }
      case SIDEBAND_JOINING, ERROR_OCCURRED -> {} // Ours, or maybe ours.
      default -> {
        if (event.getAttachment() > 0) {
          heard(event);
        }
      }
    }
  }

  private void heard(RealtimeEvent event) {
    reached("first_event", "provider.first_event");
    if (event.hasResponseStarted()) {
      reached("first_response", "assistant.first_response");
    } else if (event.hasPlaybackStarted()) {
      audible();
    }
  }

  /** The assistant is heard. */
  void audible() {
    if (isWatching()) {
      reached("first_audio", "assistant.first_audio");
    }
  }

  private boolean isWatching() {
    watching &= stages.clock().nanos() - start.beganNanos() <= STARTUP.toNanos();
    return watching;
  }

  private void reached(String milestone, String span) {
    if (told.add(milestone)) {
      stages.begin(span, start.context(), latestNanos).end();
      latestNanos = stages.clock().nanos();
      metrics.milestone(milestone, latestNanos - start.beganNanos(), start.context());
    }
  }

  /** By the client's clock, which began when it asked: a little before its Start arrived. */
  private void reported(ClientMilestoneReached reached) {
    String name = KNOWN.contains(reached.getName()) ? reached.getName() : "other";
    long total = Durations.toNanos(reached.getTiming().getTotal());
    long elapsed = Durations.toNanos(reached.getTiming().getElapsed());
    boolean isTimed = elapsed >= 0 && elapsed <= total && total <= STARTUP.toNanos();
    if (!isTimed || total == 0 || clientSpans >= MAX_CLIENT_SPANS) {
      return;
    }
    if (name.equals("other") || told.add(name)) {
      clientSpans++;
      long end = start.beganNanos() + total;
      stages
          .begin("client." + name, start.context(), end - elapsed)
          .with(Attribute.CLOCK, "client")
          .end(end);
      metrics.milestone(name, total, start.context());
    }
  }

  /** Whether this session is the one that started the conversation. */
  boolean isHere() {
    return begun;
  }

  /** What the startup's later parts belong to, if it {@linkplain #isHere is here}. */
  Context context() {
    return start.context();
  }

  /** The start's span, whoever began it: what traces of their own link to. */
  SpanContext spanContext() {
    return Span.fromContext(turns).getSpanContext();
  }

  String traceparent() {
    return start.traceparent();
  }

  String createCallTraceparent() {
    return createCall.traceparent();
  }

  /** Ends whatever is still open. */
  void close() {
    watching = false;
    createCall.end();
    append.end();
    answer.end();
    start.end();
  }
}
