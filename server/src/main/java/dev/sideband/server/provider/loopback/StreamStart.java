package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpSendParameters;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(StreamStart.class);
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final OwnerLoop loop;
  private final MediaEngine engine;
  private final RTCPeerConnection connection;
  private final RTCRtpSender sender;
  private OwnerLoop.@Nullable Timer pause;
  private OwnerLoop.@Nullable Timer limit;
  private boolean begun;
  private boolean starting;

  StreamStart(
      OwnerLoop loop, MediaEngine engine, RTCPeerConnection connection, RTCRtpSender sender) {
    this.loop = loop;
    this.engine = engine;
    this.connection = connection;
    this.sender = sender;
  }

  /** Whether an answer lets us send audio. */
  static boolean isSending(String answer) {
    return Arrays.stream(answer.split("\r\nm=", -1))
        .filter(section -> section.startsWith("audio "))
        .anyMatch(audio -> audio.contains("a=sendrecv") || audio.contains("a=sendonly"));
  }

  /** Keeps the stream silent. Once the local description is set, before anybody can connect. */
  void holdBack() {
    assert loop.isCurrent();
    setActive(false);
  }

  /** Lets the stream go, once the peer is connected; frames are held back for a second at most. */
  void begin() {
    assert loop.isCurrent();
    if (begun) {
      return;
    }
    begun = true;
    starting = true;
    engine.streamStarting();
    setActive(true);
    limit = loop.after(LIMIT, this::giveUp);
    askForPackets();
  }

  private void askForPackets() {
    connection.getStats(sender, report -> loop.run(() -> onPackets(packetsIn(report))));
  }

  private void onPackets(long packets) {
    if (!starting) {
      return;
    }
    if (packets > 0) {
      settle();
    } else {
      pause = loop.after(PAUSE, this::askForPackets);
    }
  }

  private void giveUp() {
    LOG.warn("media: a stream did not begin to send within {}; its caller hears nothing", LIMIT);
    setActive(false);
    settle();
  }

  private void settle() {
    if (!starting) {
      return;
    }
    starting = false;
    if (pause != null) {
      pause.cancel();
    }
    if (limit != null) {
      limit.cancel();
    }
    engine.streamStarted();
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

  /** The peer is closed: its stream can no longer start the recording. */
  void close() {
    assert loop.isCurrent();
    begun = true;
    settle();
  }
}
