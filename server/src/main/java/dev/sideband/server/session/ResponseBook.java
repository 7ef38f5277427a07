package dev.sideband.server.session;

import dev.sideband.store.v1.ResponsesCheckpoint;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import java.util.Optional;

/**
 * Which response is active, and whether another was promised to follow it.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class ResponseBook {
  private String activeId = "";
  private boolean owed;

  /**
   * Takes the next event of the conversation.
   *
   * @param sent the input that the event says was sent, if it says that
   */
  void evolve(RealtimeEvent event, Optional<Input> sent) {
    switch (event.getPayloadCase()) {
      case RESPONSE_STARTED -> {
        activeId = event.getResponseStarted().getResponseId();
        owed = false; // It was still so only if the call was renewed before it was asked for.
      }
      case CALL_RENEWED -> activeId = "";
      case RESPONSE_COMPLETED, SIDEBAND_REJOINED -> {
        activeId = "";
        owed = false;
      }
      case INPUT_SENT ->
          owed |= !activeId.isEmpty() && sent.filter(CommandPlan::asksToo).isPresent();
      default -> {}
    }
  }

  /** "" if none is. */
  String activeId() {
    return activeId;
  }

  /**
   * Whether an input that wants an answer was sent while a response was active, which is not over:
   * the answer was not asked for yet.
   */
  boolean isOwed() {
    return owed;
  }

  ResponsesCheckpoint checkpoint() {
    return ResponsesCheckpoint.newBuilder().setActiveId(activeId).setOwed(owed).build();
  }

  void restore(ResponsesCheckpoint from) {
    activeId = from.getActiveId();
    owed = from.getOwed();
  }
}
