package dev.sideband.server.provider.loopback;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the loopback behaves. Validates itself.
 *
 * @param address where it listens, and what its base URI says
 * @param port 0 = any free one
 * @param media whether a call has a real peer
 * @param tls what it shows to who connects; empty = it speaks in the clear
 * @param apiKey the only bearer that is accepted; "" = any that is not empty
 * @param delays how long it takes over things
 * @param limits when it gives up
 * @param handoffTool the function that the assistant calls to involve the agent
 * @param witness how many client events its witness may keep, see {@link Witness}; 0 = it has none
 */
public record LoopbackConfig(
    String address,
    int port,
    Media media,
    Optional<Tls> tls,
    String apiKey,
    Delays delays,
    Limits limits,
    String handoffTool,
    int witness) {

  /** What is behind a call's SDP answer. */
  public enum Media {
    /** A real peer, which echoes the caller's voice. */
    WEBRTC,
    /** Nothing: a well-formed answer that nobody can connect to. For load. */
    NONE,
    /** A real peer for an offer that has candidates; nothing for one that nobody could reach. */
    MIXED
  }

  /**
   * PEM files.
   *
   * @param certificate the certificate, and those that lead to its root if there are any
   * @param key its private key, not encrypted
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * Delays, none of which blocks a thread.
   *
   * @param create before a call is negotiated; counts as processing time
   * @param join before an upgrade is answered
   * @param delta between two deltas of a reply
   * @param echo between the caller's voice and its echo, at most 2 s
   */
  public record Delays(Duration create, Duration join, Duration delta, Duration echo) {
    private static final Duration MAX_ECHO = Duration.ofSeconds(2);

    public Delays {
      require("delays.create", create, Duration.ZERO);
      require("delays.join", join, Duration.ZERO);
      require("delays.delta", delta, Duration.ZERO);
      require("delays.echo", echo, Duration.ZERO);
      if (echo.compareTo(MAX_ECHO) > 0) {
        throw new IllegalArgumentException("delays.echo: " + echo + " (expected: at most 2 s)");
      }
    }
  }

  /**
   * Limits.
   *
   * @param session how long a session may last, as OpenAI's 60 minutes
   * @param media how long a new call may take to connect its media before it is dropped
   * @param calls how many calls and sessions may be live; one more is refused with 429
   */
  public record Limits(Duration session, Duration media, int calls) {
    public Limits {
      require("limits.session", session, Duration.ofMillis(1));
      require("limits.media", media, Duration.ofMillis(1));
      if (calls < 1) {
        throw new IllegalArgumentException("limits.calls: " + calls + " (expected: at least 1)");
      }
    }
  }

  public LoopbackConfig {
    if (address.isBlank()) {
      throw new IllegalArgumentException("address: empty (expected: an address to listen on)");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    if (handoffTool.isBlank()) {
      throw new IllegalArgumentException("handoff tool: empty (expected: a function's name)");
    }
    if (witness < 0) {
      throw new IllegalArgumentException("witness: " + witness + " (expected: at least 0)");
    }
  }

  /** On any free port of 127.0.0.1, with real media and no delay but the speaking's. */
  public static LoopbackConfig defaults() {
    return new LoopbackConfig(
        "127.0.0.1",
        0,
        Media.WEBRTC,
        Optional.empty(),
        "",
        new Delays(Duration.ZERO, Duration.ZERO, Duration.ofMillis(15), Duration.ofMillis(50)),
        new Limits(Duration.ofMinutes(60), Duration.ofSeconds(60), 10_000),
        "background_agent",
        0);
  }

  public LoopbackConfig withMedia(Media changed) {
    return new LoopbackConfig(
        address, port, changed, tls, apiKey, delays, limits, handoffTool, witness);
  }

  public LoopbackConfig withTls(Tls changed) {
    return new LoopbackConfig(
        address, port, media, Optional.of(changed), apiKey, delays, limits, handoffTool, witness);
  }

  public LoopbackConfig withApiKey(String changed) {
    return new LoopbackConfig(
        address, port, media, tls, changed, delays, limits, handoffTool, witness);
  }

  public LoopbackConfig withDelays(Delays changed) {
    return new LoopbackConfig(
        address, port, media, tls, apiKey, changed, limits, handoffTool, witness);
  }

  public LoopbackConfig withWitness(int changed) {
    return new LoopbackConfig(
        address, port, media, tls, apiKey, delays, limits, handoffTool, changed);
  }

  public LoopbackConfig withLimits(Limits changed) {
    return new LoopbackConfig(
        address, port, media, tls, apiKey, delays, changed, handoffTool, witness);
  }

  @Override
  public String toString() {
    return "LoopbackConfig[" + address + ":" + port + ", media=" + media + "]";
  }

  private static void require(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: at least " + least + ")");
    }
  }
}
