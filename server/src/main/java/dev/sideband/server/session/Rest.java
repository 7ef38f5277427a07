package dev.sideband.server.session;

import dev.sideband.v1.EndReason;

/**
 * What a session does while the log takes no events: it lets go of the sideband, for what that says
 * could not be kept. The voice goes on, limits too, and what is due at an end is done. A session
 * that is only a socket ends.
 *
 * <p>Afterwards {@linkplain Session#again another session} takes its place, with the same state.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Rest {
  private final Session session;
  private boolean resting;

  Rest(Session session) {
    this.session = session;
  }

  /** The log takes no events. A start whose call is being created goes on, and fails by itself. */
  void begin() {
    if (resting || session.state().isEnding() || session.opening().isCreating()) {
      return;
    }
    resting = true;
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

  private void wake() {
    if (!session.state().isEnding()) {
      session.awake();
    }
  }
}
