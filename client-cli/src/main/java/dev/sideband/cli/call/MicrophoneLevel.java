package dev.sideband.cli.call;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.concurrent.TimeUnit;

/**
 * How loud the sound is that a peer sends, from its statistics: a device's sound never passes
 * through Java. One question at a time; its answer is what the next asker is told.
 *
 * <p><b>Threads.</b> Any asks, a native one answers. {@link #close} waits for an answer that is
 * under way: a peer must not go while one is being made.
 */
final class MicrophoneLevel {
  private static final long ANSWER_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private boolean asking;
  private boolean closed;
  private int level;

  synchronized int ask(RTCPeerConnection peer) {
    if (!closed && !asking) {
      asking = true;
      peer.getStats(this::answer);
    }
    return level;
  }

  private synchronized void answer(RTCStatsReport report) {
    asking = false;
    level = closed ? 0 : loudness(report);
    notifyAll();
  }

  private static int loudness(RTCStatsReport report) {
    for (RTCStats stats : report.getStats().values()) {
      if (stats.getType() == RTCStatsType.MEDIA_SOURCE
          && stats.getAttributes().get("audioLevel") instanceof Number share) {
        return (int) (share.doubleValue() * Short.MAX_VALUE);
      }
    }
    return 0;
  }

  synchronized void close() {
    closed = true;
    level = 0;
    try {
      for (int waits = 0; asking && waits < 20; waits++) {
        TimeUnit.NANOSECONDS.timedWait(this, ANSWER_WITHIN_NANOS / 20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
