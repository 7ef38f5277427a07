package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The pen of one session: stamps, encodes and appends its events, and runs effects once what
 * justifies them is durable.
 *
 * <p><b>Promise.</b> State runs at {@link #add}, effects run at commit, in order. All that was
 * added between two {@link #flush}es is one append: all or nothing. When an append is not {@link
 * AppendOutcome.Appended} every waiting effect fails, and the journal is broken: it takes nothing
 * more, and its session must be rebuilt from the log.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Journal {
  private record Effect(long sequence, Runnable run, Consumer<SessionException> fail) {}

  private final ConversationId conversation;
  private final SessionContext context;
  private final SessionState state;
  private final SessionSecrets secrets;
  private final SessionTrace trace;
  private final Consumer<Runnable> turn;
  private final MemoPad memos;
  private final List<LogEntry> unflushed = new ArrayList<>();
  private final Deque<Effect> effects = new ArrayDeque<>();
  private String traceparent = "";
  private long flushedSequence;
  private int inFlight;
  private boolean broken;

  /**
   * @param stored what the log has of the conversation; evolves with it
   * @param trace is told of what is added
   * @param turn runs something as a turn of the session, on the coordinator
   */
  Journal(
      ConversationId conversation,
      SessionContext context,
      StoredConversation stored,
      SessionTrace trace,
      Consumer<Runnable> turn) {
    this.conversation = conversation;
    this.context = context;
    this.state = stored.state();
    this.secrets = stored.secrets();
    this.trace = trace;
    this.turn = turn;
    this.memos = new MemoPad(stored);
    this.flushedSequence = state.sequence();
  }

  void add(RealtimeEvent.Builder event) {
    add(event, PrivatePart.getDefaultInstance());
  }

  /** Adds an event; its place, time, call and trace are stamped here. */
  void add(RealtimeEvent.Builder event, PrivatePart part) {
    if (broken) {
      return;
    }
    if (event.getCall() == 0) {
      event.setCall(state.call());
    }
    RealtimeEvent stamped =
        event
            .setConversationId(conversation.toString())
            .setSequence(state.sequence() + 1)
            .setTime(time())
            .setTraceparent(traceparent)
            .build();
    trace.adding(stamped);
    state.evolve(stamped);
    secrets.evolve(stamped, part);
    unflushed.add(new LogEntry(stamped.toByteArray(), part.toByteArray()));
  }

  private Timestamp time() {
    Instant now = context.clock().instant();
    Instant earliest = ProtoTime.toInstant(state.lastTime());
    return ProtoTime.of(now.isBefore(earliest) ? earliest : now);
  }

  /** Runs an effect when all that was added so far is durable. */
  void whenDurable(Runnable effect) {
    whenDurable(effect, failure -> {});
  }

  /** The same, and says so if that will never be. */
  void whenDurable(Runnable effect, Consumer<SessionException> failed) {
    if (broken) {
      failed.accept(Refusals.unwritable());
    } else if (state.sequence() == flushedSequence && effects.isEmpty() && inFlight == 0) {
      effect.run();
    } else {
      effects.add(new Effect(state.sequence(), effect, failed));
    }
  }

  /** Appends what was added since the last flush. */
  void flush() {
    if (broken || unflushed.isEmpty()) {
      return;
    }
    Runnable counts = trace.appending();
    Append append =
        new Append(
            conversation,
            context.log().epoch(),
            flushedSequence,
            unflushed,
            lifecycle(),
            memos.next(unflushed),
            outcome -> onFateSoon(outcome, counts));
    flushedSequence = state.sequence();
    unflushed.clear();
    inFlight++;
    context.credits().take();
    context.log().append(append);
  }

  private Lifecycle lifecycle() {
    if (flushedSequence == 0) {
      return new Lifecycle.Starts(secrets.owner(), ProtoTime.toInstant(state.startedAt()));
    }
    if (state.isEnded()) {
      return new Lifecycle.Ends();
    }
    return state.isEnding() ? new Lifecycle.Ending() : new Lifecycle.Continues();
  }

  /** On the log writer's thread. */
  private void onFateSoon(AppendOutcome outcome, Runnable counts) {
    context.lanes().postCompletion(() -> turn.accept(() -> onFate(outcome, counts)));
  }

  private void onFate(AppendOutcome outcome, Runnable counts) {
    inFlight--;
    context.credits().giveBack();
    if (outcome instanceof AppendOutcome.Appended) {
      counts.run(); // True, even if what came later broke the journal.
    }
    if (broken) {
      return;
    }
    if (outcome instanceof AppendOutcome.Appended appended) {
      runEffects(appended.lastSequence());
    } else {
      breakOff();
    }
  }

  private void runEffects(long durable) {
    while (!effects.isEmpty() && effects.element().sequence() <= durable) {
      effects.remove().run().run();
    }
  }

  /** Takes nothing more and fails all effects; what is in flight may still become true. */
  void breakOff() {
    broken = true;
    unflushed.clear();
    while (!effects.isEmpty()) {
      effects.remove().fail().accept(Refusals.unwritable());
    }
  }

  boolean isBroken() {
    return broken;
  }

  /**
   * Hands live audio to subscribers without storing it, after all that was added so far.
   *
   * @return false if there was no room
   */
  boolean tryPass(RealtimeEvent.Builder ephemeral) {
    flush();
    byte[] event =
        ephemeral
            .setConversationId(conversation.toString())
            .setAfterSequence(state.sequence())
            .setCall(state.call())
            .setTime(time())
            .build()
            .toByteArray();
    boolean taken =
        context
            .log()
            .pass(
                new CommittedEvent(
                    conversation,
                    secrets.owner(),
                    state.sequence(),
                    0,
                    CommittedEvent.Kind.EPHEMERAL,
                    event));
    trace.passed(taken);
    return taken;
  }

  /** The trace that events belong to from now on. */
  void trace(String parent) {
    traceparent = parent;
  }
}
