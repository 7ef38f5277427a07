package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;

/**
 * The native WebRTC engine of a loopback: it has no sound card, and moves audio by a clock of its
 * own.
 *
 * <p><b>Leak.</b> webrtc-java 0.14.0 has no way to free all of a factory that ever made a peer: two
 * idle native threads stay until the process ends. So a process should open one loopback, not many.
 *
 * <p><b>Threads.</b> Opened by whoever starts the loopback, then the loop's. Closed after its last
 * peer.
 */
final class MediaEngine implements AutoCloseable {
  private final HeadlessAudioDeviceModule device;
  private final PeerConnectionFactory factory;
  private int peers;
  private int starting;

  private MediaEngine(HeadlessAudioDeviceModule device, PeerConnectionFactory factory) {
    this.device = device;
    this.factory = factory;
  }

  /**
   * Loads and starts the engine. Playout starts by itself with the first stream that is received;
   * started before the factory exists, it would pull from nobody, and no peer would hear anything.
   *
   * @throws LoopbackException if a native library is missing
   */
  static MediaEngine open() {
    try {
      HeadlessAudioDeviceModule device = new HeadlessAudioDeviceModule();
      return new MediaEngine(device, new PeerConnectionFactory(device));
    } catch (LinkageError missing) {
      throw new LoopbackException(
          "media: native WebRTC cannot be loaded (expected: libpulse0 and its like, which"
              + " ./sideband installs, or media none)",
          missing);
    }
  }

  PeerConnectionFactory factory() {
    return factory;
  }

  /**
   * A stream begins to send; until {@link #streamStarted} nobody may push a frame.
   *
   * <p>webrtc-java 0.14.0 simulates a recording by playing back what all peers hear, and the native
   * library starts it whenever a stream begins to send. It is a second source of each sending
   * stream, and two at once are a fatal check in there.
   */
  void streamStarting() {
    starting++;
  }

  /** The stream sends, or never will: the recording stops, unless another stream needs it. */
  void streamStarted() {
    if (--starting == 0) {
      device.stopRecording();
    }
  }

  /** Whether a frame may be pushed into any stream. */
  boolean mayPush() {
    return starting == 0;
  }

  void peerOpened() {
    peers++;
  }

  void peerClosed() {
    peers--;
  }

  /** How many peers hold native memory. */
  int peers() {
    return peers;
  }

  @Override
  public void close() {
    assert peers == 0 : peers;
    factory.dispose();
    device.stopRecording();
    device.stopPlayout();
    device.dispose();
  }
}
