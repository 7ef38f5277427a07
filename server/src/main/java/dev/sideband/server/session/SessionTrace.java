package dev.sideband.server.session;

import com.google.protobuf.util.Durations;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.v1.AudioDropped;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Timing;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * What is to be known of one session from outside: how long each stage of its startup takes, as the
 * {@link Timing} of its milestones; its spans ({@link StartupTrace}, {@link JoinTrace}, {@link
 * RenewalTrace}, {@link TurnTrace}); and its share of the metrics ({@link EventTally}, {@link
 * Standing}).
 *
 * <p>Most of that is read from the events as the journal takes them ({@link #adding}); what is no
 * event is told by whoever does it. Spans hold the conversation's id, never the call's.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class SessionTrace {
  private final SessionContext context;
  private final StartupTrace startup;
  private final JoinTrace joins;
  private final RenewalTrace renewal;
  private final TurnTrace turns;
  private final EventTally tally;
  private final Standing standing;
  private final long startedNanos;
  private final Duration alreadyElapsed;
  private final boolean resumed;
  private long stageNanos;

  private SessionTrace(
      ConversationId conversation,
      SessionContext context,
      SessionState state,
      Duration alreadyElapsed,
      boolean resumed) {
    Stages stages = new Stages(conversation, context);
    SessionMetrics metrics = context.metrics();
    this.context = context;
    this.startup = new StartupTrace(stages, metrics, Traceparent.parse(state.startTraceparent()));
    this.joins = new JoinTrace(stages, startup, metrics);
    this.renewal = new RenewalTrace(stages, startup, state, joins);
    this.turns = new TurnTrace(stages, startup, state, metrics.usage());
    this.tally = new EventTally(metrics, state, stages.provider());
    this.standing = new Standing(metrics, state);
    this.startedNanos = context.nanoTime().getAsLong();
    this.stageNanos = startedNanos;
    this.alreadyElapsed = alreadyElapsed;
    this.resumed = resumed;
  }

  /** For a conversation that starts now. */
  static SessionTrace begin(
      ConversationId conversation, SessionContext context, StoredConversation nothing) {
    return new SessionTrace(conversation, context, nothing.state(), Duration.ZERO, false);
  }

  /** For one that an earlier process started: its totals are put together from wall time. */
  static SessionTrace resume(
      ConversationId conversation, SessionContext context, StoredConversation stored) {
    SessionState state = stored.state();
    Duration elapsed = ProtoTime.since(state.startedAt(), context.clock());
    SessionTrace trace = new SessionTrace(conversation, context, state, elapsed, true);
    trace.standing.update();
    return trace;
  }

  // ---- what the journal tells ----

  /** An event is about to be added; the state is still what it was before. */
  void adding(RealtimeEvent event) {
    tally.add(event);
    startup.add(event);
    renewal.add(event);
    turns.add(event);
  }

  /**
   * What was added since the last time is appended.
   *
   * @return to be run when it is durable
   */
  Runnable appending() {
    standing.update();
    return tally.take();
  }

  /** Live audio was handed on, or found no room. */
  void passed(boolean taken) {
    startup.audible();
    if (!taken) {
      context.metrics().droppedAudio(AudioDropped.Direction.OUT, 1);
    }
  }

  // ---- what is no event ----

  /** Runs a turn in the trace of the conversation's start. */
  void within(Runnable turn) {
    startup.within(turn);
  }

  void startBegan(Context caller) {
    startup.began(caller);
  }

  void createCallBegan() {
    stageBegan();
    startup.createCallBegan();
  }

  /**
   * There is a call.
   *
   * @param processing what the provider says it spent itself
   */
  void createCallEnded(Optional<Duration> processing) {
    startup.createCallEnded(processing);
  }

  void createCallFailed(ErrorCode code) {
    startup.createCallFailed(code);
  }

  void appendBegan() {
    startup.appendBegan();
  }

  void answerBegan() {
    startup.answerBegan();
  }

  void startEnded() {
    startup.ended();
  }

  void startFailed(ErrorCode code) {
    startup.failed(code);
  }

  void joinBegan() {
    stageBegan();
    joins.began();
  }

  void rejoinBegan() {
    stageBegan();
    joins.beganAgain();
  }

  /** An attempt to join the call in use is made. */
  Stage attemptBegan() {
    return attemptBegan(context.nanoTime().getAsLong());
  }

  /** The same, which was made then. */
  Stage attemptBegan(long nanos) {
    return joins.attemptBegan(nanos);
  }

  void joinEnded(int attempts) {
    joins.ended(attempts);
  }

  void joinFailed(ErrorCode code) {
    joins.failed(code);
  }

  void configureBegan() {
    stageBegan();
    joins.configureBegan();
  }

  void configureEnded() {
    joins.configureEnded();
  }

  void configureFailed(ErrorCode code) {
    joins.configureFailed(code);
  }

  /**
   * The provider is asked for another call.
   *
   * @return the W3C Trace Context to send along
   */
  String renewalBegan() {
    return renewal.began();
  }

  /** An attempt to join the next call is made. */
  Stage nextAttemptBegan() {
    return renewal.attemptBegan(context.nanoTime().getAsLong());
  }

  /** Another call was told our session: a stage of its own, but none of the startup. */
  void renewalTold() {
    stageBegan();
    renewal.configureBegan();
  }

  /** It confirms that, before it is in use. */
  void renewalConfirmed() {
    renewal.configureEnded();
  }

  /** Its sideband is gone, before it was in use. */
  void renewalLost(SidebandClosed.Cause why) {
    renewal.lost(why.name());
  }

  void inputRefused(Input input) {
    tally.refused(input);
  }

  /** Ends whatever is still open: the conversation is over, or left. */
  void close() {
    startup.close();
    joins.close();
    renewal.close();
    turns.close();
    standing.close();
  }

  // ---- how long it takes ----

  private void stageBegan() {
    stageNanos = context.nanoTime().getAsLong();
  }

  /** Since the current stage and the whole began. */
  Timing timing() {
    return timing(stageNanos);
  }

  /** The same for a stage that began then. */
  Timing timing(long beganNanos) {
    long now = context.nanoTime().getAsLong();
    return Timing.newBuilder()
        .setElapsed(Durations.fromNanos(now - beganNanos))
        .setTotal(Durations.fromNanos(now - startedNanos + alreadyElapsed.toNanos()))
        .setApproximate(resumed)
        .build();
  }

  /** Since the conversation began. */
  Duration total() {
    return Duration.ofNanos(context.nanoTime().getAsLong() - startedNanos).plus(alreadyElapsed);
  }

  String startTraceparent() {
    return startup.traceparent();
  }

  String createCallTraceparent() {
    return startup.createCallTraceparent();
  }

  String joinTraceparent() {
    return joins.traceparent();
  }
}
