package dev.sideband.server.log;

/** The tail: hears every event that this log commits or passes, in the order of commit. */
@FunctionalInterface
public interface CommittedEventListener {

  /**
   * Called by the log writer only, after the append's own fate was told. Must not throw, and may
   * wait only for room in a ring that no subscriber can hold up.
   */
  void onCommitted(CommittedEvent event);
}
