package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpSendParameters;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a peer's stream begins to send: held back until the peer is connected, then with the
 * simulated recording of {@link MediaEngine} as its only source, until a packet of that proves that
 * the recording runs and can be stopped for good. Meanwhile no peer pushes a frame.
 *
 * <p>Nothing less is sure: the native library starts the recording at a moment of its own, some
 * time after it says that the peer is connected.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class StreamStart {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int MOST_QUESTIONS = 100;

  private final OwnerLoop loop;
  private final MediaEngine engine;
  private final RTCPeerConnection connection;
  private final RTCRtpSender sender;
  private OwnerLoop.@Nullable Timer pause;
  private boolean starting;
  private boolean closed;
  private int questions;

  StreamStart(
      OwnerLoop loop, MediaEngine engine, RTCPeerConnection connection, RTCRtpSender sender) {
    this.loop = loop;
    this.engine = engine;
    this.connection = connection;
    this.sender = sender;
  }

  /** Keeps the stream silent. Once the local description is set, before anybody can connect. */
  void holdBack() {
    assert loop.isCurrent();
    setActive(false);
  }

  /** Lets the stream go, once the peer is connected. */
  void begin() {
    assert loop.isCurrent();
    if (closed || questions > 0) {
      return;
    }
    starting = true;
    engine.streamStarting();
    setActive(true);
    askForPackets();
  }

  private void askForPackets() {
    questions++;
    connection.getStats(sender, report -> loop.run(() -> onPackets(packetsIn(report))));
  }

  private void onPackets(long packets) {
    if (closed) {
      return;
    }
    if (packets == 0 && questions < MOST_QUESTIONS) {
      pause = loop.after(PAUSE, this::askForPackets);
      return;
    }
    if (packets == 0) {
      setActive(false); // Its caller wants to hear nothing: the stream will never send.
    }
    settle();
  }

  private void settle() {
    if (starting) {
      starting = false;
      engine.streamStarted();
    }
  }

  private void setActive(boolean active) {
    RTCRtpSendParameters parameters = sender.getParameters();
    for (RTCRtpEncodingParameters encoding : parameters.encodings) {
      encoding.active = active;
    }
    sender.setParameters(parameters);
  }

  private static long packetsIn(RTCStatsReport report) {
    for (RTCStats stats : report.getStats().values()) {
      if (stats.getType() == RTCStatsType.OUTBOUND_RTP
          && stats.getAttributes().get("packetsSent") instanceof Number packets) {
        return packets.longValue();
      }
    }
    return 0;
  }

  /** The peer is about to close. */
  void close() {
    assert loop.isCurrent();
    closed = true;
    if (pause != null) {
      pause.cancel();
    }
    settle();
  }
}
