package dev.sideband.server.session;

import java.time.Duration;

/**
 * How conversations are handled.
 *
 * @param coordinators how many threads share the conversations
 * @param startTimeout from Start to the answer
 * @param joinWindow how long joining the sideband of a new call is tried
 * @param rejoinWindow how long rejoining a lost one is tried
 * @param configureTimeout from the join to the provider's word that the session is as we want it
 * @param hangUpTimeout after which one attempt to hang a call up has failed
 * @param mediaTimeout for a client that promised to report its media milestones
 * @param maxDuration of a conversation that asks for none; zero = unlimited
 * @param idleTimeout of a conversation that asks for none; zero = unlimited
 * @param maxPendingInputs accepted and without a fate, for each conversation
 * @param probesGaps whether what was missed is looked for when a lost sideband is back
 * @param onExit what becomes of live conversations when the server exits
 * @param renewal when a call is to be renewed
 * @param prices what models are billed at
 */
public record SessionConfig(
    int coordinators,
    Duration startTimeout,
    Duration joinWindow,
    Duration rejoinWindow,
    Duration configureTimeout,
    Duration hangUpTimeout,
    Duration mediaTimeout,
    Duration maxDuration,
    Duration idleTimeout,
    int maxPendingInputs,
    boolean probesGaps,
    OnExit onExit,
    RenewalConfig renewal,
    Prices prices) {

  /** What becomes of live conversations when the server exits. */
  public enum OnExit {
    /** They end, SERVER_EXIT, and are hung up. */
    END,
    /** They stay as they are; the voice goes on. */
    LEAVE
  }

  public SessionConfig {
    if (coordinators < 1) {
      throw new IllegalArgumentException("coordinators: " + coordinators + " (expected: >= 1)");
    }
    if (maxPendingInputs < 1) {
      throw new IllegalArgumentException(
          "max-pending-inputs: " + maxPendingInputs + " (expected: >= 1)");
    }
  }
}
