package dev.sideband.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.Checkpoint;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RealtimeEvent;
import java.util.List;
import java.util.Optional;

/**
 * A conversation as the log tells it.
 *
 * @param state what its events say
 * @param secrets what their private parts say
 * @param pace how much of it is in no checkpoint
 */
record StoredConversation(SessionState state, SessionSecrets secrets, CheckpointPace pace) {
  private static final int PAGE_BYTES = 1 << 20;

  /** One that has no event yet. */
  static StoredConversation empty() {
    return new StoredConversation(new SessionState(), new SessionSecrets(), new CheckpointPace());
  }

  /** One that knows what a checkpoint does. */
  static StoredConversation restored(Checkpoint checkpoint) {
    StoredConversation restored = empty();
    restored.state.restore(checkpoint.getSequence(), checkpoint.getState());
    restored.secrets.restore(checkpoint.getSecrets());
    restored.pace.taken(checkpoint.getSerializedSize());
    return restored;
  }

  /**
   * Reads a conversation: its checkpoint, if it has one, and the events after that; blocks.
   *
   * @throws EventLogException if the log cannot be read
   */
  static Optional<StoredConversation> read(EventLog log, ConversationId conversation) {
    StoredConversation stored =
        Checkpoints.read(log, conversation)
            .map(StoredConversation::restored)
            .orElseGet(StoredConversation::empty);
    List<LogEntry> page = log.readEntries(conversation, stored.state.sequence(), PAGE_BYTES);
    while (!page.isEmpty()) {
      page.forEach(stored::evolve);
      page = log.readEntries(conversation, stored.state.sequence(), PAGE_BYTES);
    }
    if (stored.secrets.owner().isEmpty()) { // Private parts were left out when it was imported.
      log.head(conversation).ifPresent(head -> stored.secrets.own(head.owner()));
    }
    return stored.state.sequence() == 0 ? Optional.empty() : Optional.of(stored);
  }

  /** Takes the next of its entries. */
  void evolve(LogEntry entry) {
    pace.appended(entry);
    try {
      RealtimeEvent event = RealtimeEvent.parseFrom(entry.event());
      state.evolve(event);
      secrets.evolve(event, privatePart(event, entry));
    } catch (InvalidProtocolBufferException e) {
      throw new EventLogException(
          EventLogException.Kind.CORRUPT, "event after " + state.sequence() + ": unreadable", e);
    }
  }

  /** Most hold only the provider's own words, which nobody needs here: they are not even parsed. */
  private static PrivatePart privatePart(RealtimeEvent event, LogEntry entry)
      throws InvalidProtocolBufferException {
    return SessionSecrets.isToldWith(event.getPayloadCase())
        ? PrivatePart.parseFrom(entry.privatePart())
        : PrivatePart.getDefaultInstance();
  }
}
