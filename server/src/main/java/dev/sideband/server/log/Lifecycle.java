package dev.sideband.server.log;

import java.time.Instant;

/** What an append means to its conversation's place in the log. */
public sealed interface Lifecycle {

  /** Whether the append may use the space that is kept in reserve. */
  default boolean isUrgent() {
    return this instanceof Ending || this instanceof Ends;
  }

  /** The append creates the conversation: its first entry has sequence 1. */
  record Starts(String owner, Instant at) implements Lifecycle {}

  /** Nothing changes. */
  record Continues() implements Lifecycle {}

  /**
   * Nothing changes, but the conversation is on its way to its last event: what is due at the end,
   * a hang-up above all, must not wait for space.
   */
  record Ending() implements Lifecycle {}

  /** The append's last entry is the conversation's last; nothing may follow it. */
  record Ends() implements Lifecycle {}
}
