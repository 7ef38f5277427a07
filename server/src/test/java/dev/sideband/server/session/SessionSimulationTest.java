package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories of a few conversations: slow, failing and full logs, refused and late creates,
 * lost sidebands, function calls while they are lost, hang-ups in vain, crashes. What must hold
 * always is checked after every step, what must hold in the end at the end. A failure names its
 * seed.
 */
class SessionSimulationTest {
  private static final int SEEDS = 1000;

  @Test
  @Timeout(240)
  @ExpectWarning("could not be appended to")
  @ExpectWarning("neither recorded nor hung up")
  void shouldKeepItsPromisesInEveryHistory() {
    long renewed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        renewed += new SimulatedHistory(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(renewed).as("calls that took another's place").isGreaterThan(SEEDS / 5);
  }
}
