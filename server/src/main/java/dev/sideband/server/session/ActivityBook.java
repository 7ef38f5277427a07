package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.v1.RealtimeEvent;

/**
 * When there last was what the idle limit waits for: speech, an input or a response.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class ActivityBook {
  private Timestamp latest = Timestamp.getDefaultInstance();

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case CONVERSATION_STARTED,
          INPUT_ACCEPTED,
          CLIENT_MILESTONE_REACHED,
          INPUT_SPEECH_STARTED,
          INPUT_SPEECH_STOPPED,
          RESPONSE_STARTED,
          RESPONSE_COMPLETED ->
          latest = event.getTime();
      default -> {}
    }
  }

  /** The start, if there was none. */
  Timestamp latest() {
    return latest;
  }

  void restore(Timestamp from) {
    latest = from;
  }
}
