package dev.sideband.server.provider;

/**
 * One connection to a call's session, from the attempt to open it until it is closed.
 *
 * <p><b>Threads.</b> Any thread may call; nothing waits. Commands go out in the order of the calls.
 *
 * <p><b>Full queue.</b> With more than 256 frames unsent it closes as {@link
 * SidebandClosed.Cause#WRITER_STALLED}. With 64 events that were told and not yet {@link #handled}
 * its reader waits; after 5 s of waiting it closes as {@link SidebandClosed.Cause#READER_STALLED}.
 */
public interface Sideband {

  /**
   * Sends a command. Silently nothing once it is closed: the listener has heard, or will.
   *
   * @throws IllegalStateException before {@link SidebandListener#onOpen}
   */
  void send(ProviderCommand command);

  /** Says that one more event from {@link SidebandListener#onEvent} was dealt with. */
  void handled();

  /**
   * Closes it, whatever its stage; {@link SidebandClosed.Cause#LOCAL} follows, if nothing came
   * first.
   */
  void close();
}
