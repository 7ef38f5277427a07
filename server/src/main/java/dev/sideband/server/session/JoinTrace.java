package dev.sideband.server.session;

import dev.sideband.v1.ErrorCode;

/**
 * The spans of a session's way to its provider: {@code sideband.join}, part of the startup; after a
 * loss {@code sideband.rejoin}, a trace of its own that links to the startup, as is the join of a
 * start that an earlier process began; in each of them its attempts, and {@code session.configure},
 * which begins as the join ends.
 *
 * <p><b>Bounds.</b> One of each is open at most.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class JoinTrace {
  private static final String JOIN = "sideband.join";

  private final Stages stages;
  private final StartupTrace startup;
  private final SessionMetrics metrics;
  private Stage join;
  private Stage attempt;
  private Stage configure;
  private long attempts;
  private boolean again;

  JoinTrace(Stages stages, StartupTrace startup, SessionMetrics metrics) {
    this.stages = stages;
    this.startup = startup;
    this.metrics = metrics;
    this.join = stages.none();
    this.attempt = stages.none();
    this.configure = stages.none();
  }

  void began() {
    begin(false);
  }

  /** The sideband was lost: how long it takes until it is back. */
  void beganAgain() {
    begin(true);
  }

  private void begin(boolean rejoins) {
    close();
    again = rejoins;
    attempts = 0;
    join = rejoins ? stages.lead("sideband.rejoin", startup.spanContext()) : firstJoin();
    join.with(Attribute.PROVIDER, stages.provider());
  }

  private Stage firstJoin() {
    return startup.isHere()
        ? stages.begin(JOIN, startup.context())
        : stages.lead(JOIN, startup.spanContext());
  }

  /** An attempt is made, or was made then. */
  Stage attemptBegan(long nanos) {
    attempt.end();
    attempts++;
    attempt =
        stages
            .begin("sideband.join.attempt", join.context(), nanos)
            .with(Attribute.ATTEMPT, attempts);
    return attempt;
  }

  void ended(int made) {
    if (join.isOpen()) {
      join.with(Attribute.ATTEMPTS, (long) made).end();
      if (again) {
        metrics.rejoined(join.nanos(), join.context());
      } else {
        stage(join, "join", "");
      }
    }
  }

  void failed(ErrorCode code) {
    if (join.isOpen()) {
      join.fail(code.name());
      stage(join, "join", code.name());
    }
  }

  /** Another call is in use: its sideband was told our session, and may have confirmed it. */
  void renewed(Stage told) {
    close(); // What the old call did not confirm the new one will not.
    again = true;
    configure = told;
  }

  void configureBegan() {
    configure.end();
    configure = stages.begin("session.configure", join.context());
  }

  void configureEnded() {
    if (configure.isOpen()) {
      configure.end();
      stage(configure, "configure", "");
    }
  }

  void configureFailed(ErrorCode code) {
    if (configure.isOpen()) {
      configure.fail(code.name());
      stage(configure, "configure", code.name());
    }
  }

  /** Of a start only: what a rejoin takes is none of it. */
  private void stage(Stage stage, String name, String error) {
    if (!again && startup.isHere()) {
      metrics.stage(name, error, stage.nanos(), stage.context());
    }
  }

  /** For all events from the join on; empty if it is not sampled, and they had better be short. */
  String traceparent() {
    return Traceparent.ofSampled(join.spanContext());
  }

  /** Ends whatever is still open. */
  void close() {
    attempt.end();
    configure.end();
    join.end();
  }
}
