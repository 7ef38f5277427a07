package dev.sideband.server.session;

import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Usage;

/**
 * What a conversation used, and which model transcribes it.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class UsageBook {
  private Usage total = Usage.getDefaultInstance();
  private String transcriptionModel = "";

  /** Takes the next event of the conversation, unless it is of a call that is not in use. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case USAGE_RECORDED -> total = event.getUsageRecorded().getTotal();
      case SESSION_CONFIGURED -> effective(event.getSessionConfigured().getSession());
      case SESSION_CHANGED_BY_CLIENT -> effective(event.getSessionChangedByClient().getSession());
      case INPUT_ACKNOWLEDGED -> {
        if (event.getInputAcknowledged().hasSession()) {
          effective(event.getInputAcknowledged().getSession());
        }
      }
      default -> {}
    }
  }

  private void effective(EffectiveSession now) {
    transcriptionModel = now.getTranscriptionModel();
  }

  Usage total() {
    return total;
  }

  String transcriptionModel() {
    return transcriptionModel;
  }

  void restore(Usage total, String transcriptionModel) {
    this.total = total;
    this.transcriptionModel = transcriptionModel;
  }
}
