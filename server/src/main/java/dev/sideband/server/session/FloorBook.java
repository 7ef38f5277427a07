package dev.sideband.server.session;

import dev.sideband.store.v1.FloorCheckpoint;
import dev.sideband.v1.RealtimeEvent;

/**
 * Whether somebody is in mid-sentence, so that another call would cut them off.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class FloorBook {
  private boolean turn;
  private boolean playing;

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_SPEECH_STARTED, RESPONSE_STARTED -> turn = true;
      case RESPONSE_COMPLETED -> turn = false; // A user's turn ends with the answer to it.
      case PLAYBACK_STARTED -> playing = true;
      case PLAYBACK_STOPPED, PLAYBACK_CLEARED -> playing = false;
      case SIDEBAND_REJOINED, CALL_RENEWED -> {
        turn = false;
        playing = false;
      }
      default -> {}
    }
  }

  boolean isFree() {
    return !turn && !playing;
  }

  FloorCheckpoint checkpoint() {
    return FloorCheckpoint.newBuilder().setTurn(turn).setPlaying(playing).build();
  }

  void restore(FloorCheckpoint from) {
    turn = from.getTurn();
    playing = from.getPlaying();
  }
}
