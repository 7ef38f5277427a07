package dev.sideband.cli.call;

/**
 * Hears how a call gets on.
 *
 * <p><b>Threads.</b> Called on native threads, and by whoever says the first frame; must return at
 * once, must not throw, and must not call back into the call.
 */
public interface CallListener {
  /** A pair of candidates carries packets. */
  void iceConnected();

  /** The keys are agreed: media can flow both ways. */
  void dtlsConnected();

  /** The first frame of the microphone leaves. */
  void firstAudioSent();

  /** The first frame that is louder than silence came back. */
  void firstAudioHeard();

  /** The connection broke or could not be made. */
  void failed(String why);
}
