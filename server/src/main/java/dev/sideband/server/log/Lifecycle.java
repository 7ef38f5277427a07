package dev.sideband.server.log;

import java.time.Instant;

/** What an append does to the conversation's place in the log's indexes. */
public sealed interface Lifecycle {

  /** The append creates the conversation: its first entry has sequence 1. */
  record Starts(String owner, Instant at) implements Lifecycle {}

  /** Nothing changes. */
  record Continues() implements Lifecycle {}

  /** The append's last entry is the conversation's last; nothing may follow it. */
  record Ends() implements Lifecycle {}
}
