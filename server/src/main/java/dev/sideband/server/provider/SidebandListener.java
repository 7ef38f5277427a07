package dev.sideband.server.provider;

/**
 * Hears one {@link Sideband}: {@link #onOpen} at most once, then events in order, then {@link
 * #onClosed} exactly once, last. Without onOpen, onClosed says why the attempt failed.
 *
 * <p><b>Threads.</b> Called by the provider's threads, one at a time. Must hand over and return.
 */
public interface SidebandListener {

  /** The socket is open and the upgrade was accepted. Nothing was sent yet. */
  void onOpen();

  /** The provider said something. */
  void onEvent(SidebandEvent event);

  /** It is over. */
  void onClosed(SidebandClosed closed);
}
