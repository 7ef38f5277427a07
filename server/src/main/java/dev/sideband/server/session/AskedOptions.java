package dev.sideband.server.session;

import dev.sideband.store.v1.OptionsCheckpoint;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a session was asked to be: as it was started, and with the updates that the provider
 * confirmed since.
 *
 * <p>Part of {@link SessionSecrets}: pure, and its owner's thread only.
 */
final class AskedOptions {
  private final Map<String, SessionOptions> unconfirmed = new LinkedHashMap<>();
  private SessionOptions atStart = SessionOptions.getDefaultInstance();
  private SessionOptions now = SessionOptions.getDefaultInstance();

  void started(SessionOptions options) {
    atStart = options;
    now = options;
  }

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> {
        InputAccepted accepted = event.getInputAccepted();
        if (accepted.getInput().hasSessionUpdate()) {
          unconfirmed.put(
              accepted.getInputId(), accepted.getInput().getSessionUpdate().getSession());
        }
      }
      case INPUT_ACKNOWLEDGED -> {
        SessionOptions update = unconfirmed.remove(event.getInputAcknowledged().getInputId());
        if (update != null) {
          now = updated(now, update);
        }
      }
      case INPUT_REJECTED -> unconfirmed.remove(event.getInputRejected().getInputId());
      default -> {}
    }
  }

  /** As an update does it at the provider: what is unset stays, tools are replaced as a whole. */
  private static SessionOptions updated(SessionOptions options, SessionOptions update) {
    SessionOptions.Builder updated = options.toBuilder();
    if (update.getToolsCount() > 0) {
      updated.clearTools();
    }
    if (!update.getInstructions().isEmpty() || !update.getStartupContext().isEmpty()) {
      updated.clearInstructions().clearStartupContext();
    }
    if (update.hasTurnDetection()) {
      updated.clearTurnDetection();
    }
    if (update.hasInputTranscription()) {
      updated.clearInputTranscription();
    }
    return updated
        .mergeFrom(
            update.toBuilder()
                .clearDialect()
                .clearModel()
                .clearHandoff()
                .clearInitialItems()
                .build())
        .build();
  }

  SessionOptions atStart() {
    return atStart;
  }

  SessionOptions now() {
    return now;
  }

  OptionsCheckpoint checkpoint() {
    OptionsCheckpoint.Builder checkpoint = OptionsCheckpoint.newBuilder().setAtStart(atStart);
    if (!now.equals(atStart)) {
      checkpoint.setNow(now);
    }
    unconfirmed.forEach(
        (id, update) ->
            checkpoint.addUnconfirmed(
                OptionsCheckpoint.Unconfirmed.newBuilder().setInputId(id).setUpdate(update)));
    return checkpoint.build();
  }

  void restore(OptionsCheckpoint from) {
    atStart = from.getAtStart();
    now = from.hasNow() ? from.getNow() : atStart;
    from.getUnconfirmedList()
        .forEach(update -> unconfirmed.put(update.getInputId(), update.getUpdate()));
  }
}
