package dev.sideband.server;

import dev.sideband.server.rpc.IceServers;
import dev.sideband.server.rpc.TurnServers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The STUN and TURN servers that clients are told of.
 *
 * @param stunUrls as RFC 7064 writes them
 * @param turnUrls as RFC 7065 writes them
 * @param turnSecret what the TURN servers know too; credentials are made of it
 * @param turnLifetime how long credentials are good for
 */
public record WebRtcConfig(
    List<String> stunUrls,
    List<String> turnUrls,
    Optional<Secret> turnSecret,
    Duration turnLifetime) {
  static final String STUN_KEY = "webrtc.stun-urls";
  static final String TURN_KEY = "webrtc.turn-urls";
  static final String SECRET_KEY = "webrtc.turn-secret";
  static final String LIFETIME_KEY = "webrtc.turn-lifetime";

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(30);

  public WebRtcConfig {
    stunUrls = List.copyOf(stunUrls);
    turnUrls = List.copyOf(turnUrls);
    IceUrls.requireStun(STUN_KEY, stunUrls);
    IceUrls.requireTurn(TURN_KEY, turnUrls);
    if (!turnUrls.isEmpty() && turnSecret.isEmpty()) {
      throw ConfigException.invalid(
          TURN_KEY,
          turnUrls.get(0),
          "the TURN servers' secret (coturn: static-auth-secret), in the environment"
              + " (%s-env) or in %s-file".formatted(SECRET_KEY, SECRET_KEY));
    }
    if (turnLifetime.compareTo(SHORTEST) < 0 || turnLifetime.compareTo(LONGEST) > 0) {
      throw ConfigException.invalid(LIFETIME_KEY, turnLifetime.toMillis() + "ms", "1m to 30d");
    }
  }

  /** What clients are told, by a clock that agrees with the TURN servers'. */
  IceServers iceServers(Clock clock) {
    Optional<TurnServers> turn =
        turnSecret
            .filter(secret -> !turnUrls.isEmpty())
            .map(secret -> new TurnServers(turnUrls, secret.value(), turnLifetime));
    return new IceServers(stunUrls, turn, clock);
  }
}
