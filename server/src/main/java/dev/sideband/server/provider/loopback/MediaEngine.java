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

  private MediaEngine(HeadlessAudioDeviceModule device, PeerConnectionFactory factory) {
    this.device = device;
    this.factory = factory;
  }

  /**
   * Loads and starts the engine.
   *
   * @throws LoopbackException if a native library is missing
   */
  static MediaEngine open() {
    try {
      HeadlessAudioDeviceModule device = new HeadlessAudioDeviceModule();
      device.initPlayout();
      device.startPlayout();
      device.initRecording();
      device.startRecording();
      return new MediaEngine(device, new PeerConnectionFactory(device));
    } catch (LinkageError missing) {
      throw new LoopbackException(
          "media: native WebRTC cannot be loaded (expected: the system library libpulse0, or media none)",
          missing);
    }
  }

  PeerConnectionFactory factory() {
    return factory;
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
