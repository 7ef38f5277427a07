package dev.sideband.server.session;

import dev.sideband.v1.EndReason;
import dev.sideband.v1.SidebandLost;

/**
 * What a session does while the log takes no events: it lets go of the sideband, for what that says
 * could not be kept. The voice goes on, the maximum duration too, and what is due at an end is
 * done; no other limit can be judged by who does not listen. A session that is only a socket ends.
 *
 * <p>Afterwards {@linkplain Session#again another session} takes its place, with the same state.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Rest {
  private final Session session;
  private boolean resting;
  private SidebandLost.Cause cause = SidebandLost.Cause.CAUSE_UNSPECIFIED;

  Rest(Session session) {
    this.session = session;
  }

  /** The log takes no events. A start whose call is being created goes on, and fails by itself. */
  void begin() {
    if (resting || session.state().isEnding() || session.opening().isCreating()) {
      return;
    }
    resting = true;
    cause =
        session.takingUp().isDone()
            ? SidebandLost.Cause.LOG_FULL
            : SidebandLost.Cause.SERVER_RESTARTED;
    session.limits().stopListening();
    session.closeAllButLimits();
    if (session.secrets().callId().isEmpty()) {
      session.ending().begin(EndReason.SERVER_FAILED);
    }
  }

  /** The log takes events again. */
  void end() {
    if (resting) {
      session.journal().whenDurable(this::wake);
    }
  }

  /** Whether it takes no inputs, also in the moment in which the log takes events again. */
  boolean isResting() {
    return resting;
  }

  /** Why the sideband is gone, which whoever takes its place tells. */
  SidebandLost.Cause cause() {
    return cause;
  }

  private void wake() {
    if (!session.state().isEnding()) {
      session.awake();
    }
  }
}
