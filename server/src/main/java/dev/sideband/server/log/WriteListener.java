package dev.sideband.server.log;

import java.time.Duration;

/** Hears what each write to the storage was, for whoever watches how the log does. */
@FunctionalInterface
public interface WriteListener {

  /**
   * What was written at once.
   *
   * @param events how many, of however many conversations
   * @param bytes of those events, what is private included
   * @param took until they were as safe as the log is configured to make them
   */
  record Written(int events, long bytes, Duration took) {}

  /**
   * Called by the log writer after each write that worked, never for a single event. Must not block
   * or throw.
   */
  void onWritten(Written written);
}
