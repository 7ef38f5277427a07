package dev.sideband.cli.call;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The moment when a connected peer's stream is seen to send, by the peer's own statistics. */
final class FirstPacket {
  private static final long PAUSE_MS = 5;
  private static final int QUESTIONS = 200;
  private static final long ANSWER_WITHIN_MS = 2_000;

  private FirstPacket() {}

  /**
   * Waits for it, on the caller's thread; in vain, and no longer than a second or two, where nobody
   * listens.
   *
   * @return whether it came
   */
  static boolean await(RTCPeerConnection peer, RTCRtpSender sender) {
    try {
      for (int i = 0; i < QUESTIONS; i++) {
        if (packetsSent(peer, sender) > 0) {
          return true;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The peer is closing: there is nothing to wait for.
    }
    return false;
  }

  private static long packetsSent(RTCPeerConnection peer, RTCRtpSender sender)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<RTCStatsReport> asked = new CompletableFuture<>();
    peer.getStats(sender, asked::complete);
    RTCStatsReport report = asked.get(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
    for (RTCStats stats : report.getStats().values()) {
      if (stats.getType() == RTCStatsType.OUTBOUND_RTP
          && stats.getAttributes().get("packetsSent") instanceof Number packets) {
        return packets.longValue();
      }
    }
    return 0;
  }
}
