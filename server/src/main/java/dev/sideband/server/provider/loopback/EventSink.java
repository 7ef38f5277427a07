package dev.sideband.server.provider.loopback;

/**
 * Where a session's events go: a sideband, a primary socket, or a data channel.
 *
 * <p><b>Threads.</b> The loop's.
 */
interface EventSink {

  /** Sends one event, or nothing if it is closed. */
  void send(String json);

  /** Closes it. Safe to repeat. */
  void close(int code, String reason);

  /** Whether the assistant's audio goes here as events. */
  boolean takesAudio();

  /** Whether much that was sent is still on its way: who can wait should. */
  default boolean isBehind() {
    return false;
  }
}
