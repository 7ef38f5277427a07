package dev.sideband.server.session;

import java.time.Duration;

/** How the servers of a {@link SessionWorld} are told to handle conversations. */
final class WorldConfig {
  private WorldConfig() {}

  static SessionConfig of(boolean probesGaps, Prices prices) {
    return new SessionConfig(
        2,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        SessionWorld.REJOIN_WINDOW,
        Duration.ofSeconds(10),
        SessionWorld.HANG_UP_TIMEOUT,
        Duration.ofSeconds(30),
        Duration.ZERO,
        Duration.ZERO,
        SessionWorld.MAX_PENDING,
        probesGaps,
        SessionConfig.OnExit.END,
        new RenewalConfig(Duration.ofMinutes(5), Duration.ofMinutes(60)),
        prices);
  }
}
