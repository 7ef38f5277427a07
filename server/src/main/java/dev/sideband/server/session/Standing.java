package dev.sideband.server.session;

import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.ConversationState.SidebandPhase;
import org.jspecify.annotations.Nullable;

/**
 * Where one conversation stands, as the levels of {@link SessionMetrics} have it: counted once, in
 * one phase and one state of its sideband, from its first event until it is over or left.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Standing {
  private final SessionMetrics metrics;
  private final SessionState state;
  private @Nullable Phase phase;
  private @Nullable SidebandPhase sideband;
  private boolean closed;

  Standing(SessionMetrics metrics, SessionState state) {
    this.metrics = metrics;
    this.state = state;
  }

  /** Moves it where the state says. */
  void update() {
    if (!closed && state.sequence() > 0) {
      move(state.isEnded() ? null : state.phase());
      moveSideband(state.isEnded() ? null : state.sideband().phase());
    }
  }

  /** It is not counted any more. */
  void close() {
    closed = true;
    move(null);
    moveSideband(null);
  }

  private void move(@Nullable Phase next) {
    if (next != phase) {
      if (phase != null) {
        metrics.live(phase, -1);
      }
      if (next != null) {
        metrics.live(next, 1);
      }
      phase = next;
    }
  }

  private void moveSideband(@Nullable SidebandPhase next) {
    if (next != sideband) {
      if (sideband != null) {
        metrics.sidebands(sideband, -1);
      }
      if (next != null) {
        metrics.sidebands(next, 1);
      }
      sideband = next;
    }
  }
}
