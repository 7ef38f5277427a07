package dev.sideband.server.log;

/** Hears when the log stops taking events for want of space, and when it takes them again. */
@FunctionalInterface
public interface WritabilityListener {

  /**
   * Called by the log writer after {@link EventLog#isWritable} became this: before the first append
   * is refused for it, or the first one is taken again. Must not block or throw.
   */
  void onWritable(boolean writable);
}
