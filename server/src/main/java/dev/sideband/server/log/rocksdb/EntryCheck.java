package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import java.util.Optional;

/** Judges what is stored by what it means, which this room does not know. */
@FunctionalInterface
public interface EntryCheck {

  /**
   * What is wrong with an entry, if anything; one line. Called for the entries of a conversation in
   * order, one conversation after the other.
   *
   * @param last whether it is stored as the conversation's last
   */
  Optional<String> findWrong(
      ConversationId conversation, long sequence, boolean last, LogEntry entry);

  /**
   * The same of what was left beside the events of a live conversation.
   *
   * @param lastSequence of the newest of them
   */
  default Optional<String> findWrong(long lastSequence, Memo memo) {
    return Optional.empty();
  }
}
