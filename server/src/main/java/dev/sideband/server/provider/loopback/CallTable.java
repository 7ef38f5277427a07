package dev.sideband.server.provider.loopback;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every call and primary session there is, and reports of those there were.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> {@link #isFull} says when no more may be created. Reports of the last {@value
 * #MOST_REPORTS} ended calls are kept, and of fewer if they hold more than {@value #MOST_CHARS}
 * characters.
 */
final class CallTable {
  private static final int MOST_REPORTS = 1_000;
  private static final long MOST_CHARS = 16 << 20;

  private final SessionContext context;
  private final @Nullable MediaEngine engine;
  private final Map<String, LoopbackCall> live = new LinkedHashMap<>();
  private final Deque<CallReport> ended = new ArrayDeque<>();
  private long endedChars;
  private long created;
  private long hungUp;

  /** With an engine calls have peers. */
  CallTable(
      OwnerLoop loop, LoopbackConfig config, LoopbackScript script, @Nullable MediaEngine engine) {
    this.context =
        new SessionContext(
            loop, config, live::size, new Witness(config.witness()), new Scripts(script));
    this.engine = engine;
  }

  boolean isFull() {
    return live.size() >= context.config().limits().calls();
  }

  /** A call with a peer, if calls have peers and this offer can be reached. */
  LoopbackCall createCall(String offer) {
    boolean reachable =
        context.config().media() != LoopbackConfig.Media.MIXED || offer.contains("a=candidate:");
    return add(LoopbackCall.call(context, this, reachable ? engine : null));
  }

  Witness witness() {
    return context.witness();
  }

  LoopbackCall createPrimary() {
    return add(LoopbackCall.primary(context, this));
  }

  private LoopbackCall add(LoopbackCall call) {
    assert context.loop().isCurrent();
    live.put(call.id(), call);
    created++;
    return call;
  }

  Optional<LoopbackCall> find(String id) {
    assert context.loop().isCurrent();
    return Optional.ofNullable(live.get(id));
  }

  void ended(LoopbackCall call, boolean byHangUp) {
    live.remove(call.id());
    hungUp += byHangUp ? 1 : 0;
    CallReport report = call.report();
    ended.add(report);
    endedChars += chars(report);
    while (ended.size() > MOST_REPORTS || endedChars > MOST_CHARS) {
      endedChars -= chars(ended.remove());
    }
  }

  private static long chars(CallReport report) {
    return report.inputs().stream().mapToLong(input -> input.json().length()).sum();
  }

  void endAll(LoopbackCall.End reason) {
    List.copyOf(live.values()).forEach(call -> call.end(reason));
  }

  LoopbackReport report() {
    assert context.loop().isCurrent();
    List<CallReport> calls = new ArrayList<>(ended);
    live.values().forEach(call -> calls.add(call.report()));
    return new LoopbackReport(
        created, live.size(), hungUp, engine == null ? 0 : engine.peers(), calls);
  }
}
