package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import java.util.Optional;

/** Judges a stored entry by what it means, which this room does not know. */
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
}
