package dev.sideband.server.provider.openai;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param connect for a TCP connection, HTTP or WebSocket
 * @param create from the POST to the last byte of its answer
 * @param hangUp for all attempts at one hang-up together
 * @param handshake of a sideband: connecting, TLS and the upgrade together
 * @param keepWarmAfterIdle an HTTP connection unused for this long is probed
 * @param probe for the answer to such a probe
 * @param pingAfterSilence a sideband that read nothing for this long is pinged
 * @param deadAfterSilence a sideband that read nothing for this long is UNRESPONSIVE
 * @param readerStall a reader that waited this long for {@code handled()} is READER_STALLED
 */
public record OpenAiTimeouts(
    Duration connect,
    Duration create,
    Duration hangUp,
    Duration handshake,
    Duration keepWarmAfterIdle,
    Duration probe,
    Duration pingAfterSilence,
    Duration deadAfterSilence,
    Duration readerStall) {

  /** For a provider on the Internet. */
  public static final OpenAiTimeouts DEFAULT =
      new OpenAiTimeouts(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5));

  public OpenAiTimeouts {
    positive("connect", connect);
    positive("create", create);
    positive("hang-up", hangUp);
    positive("handshake", handshake);
    positive("keep-warm-after-idle", keepWarmAfterIdle);
    positive("probe", probe);
    positive("ping-after-silence", pingAfterSilence);
    positive("dead-after-silence", deadAfterSilence);
    positive("reader-stall", readerStall);
    if (deadAfterSilence.compareTo(pingAfterSilence) <= 0) {
      throw new IllegalArgumentException(
          "dead-after-silence: "
              + deadAfterSilence
              + " (expected: longer than ping-after-silence, "
              + pingAfterSilence
              + ")");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
    }
  }
}
