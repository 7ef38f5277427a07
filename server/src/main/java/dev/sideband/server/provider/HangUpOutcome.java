package dev.sideband.server.provider;

/** What became of a hang-up. */
public enum HangUpOutcome {
  /** The provider confirmed it. */
  HUNG_UP,
  /** The provider knows the call no more. */
  ALREADY_GONE
}
