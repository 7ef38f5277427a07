package dev.sideband.cli.torture;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is to be done.
 *
 * @param length how long harm is done, up to four times as long where little happens in it;
 *     preparing and checking come on top
 * @param seed of every random choice; the moments at which threads meet are not repeated by it
 * @param conversations how many are held at a time, those with media included
 * @param media how many of them have a real WebRTC leg, held by this process
 * @param launcher the {@code sideband} script
 * @param folder an existing, empty folder for logs and data
 */
public record TorturePlan(
    Duration length, long seed, int conversations, int media, Path launcher, Path folder) {
  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(30);

  public TorturePlan {
    if (length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException("length: " + length + " (expected: more than 0)");
    }
    if (media < 0 || conversations < Math.max(1, media)) {
      throw new IllegalArgumentException(
          "conversations: " + conversations + " (expected: at least " + Math.max(1, media) + ")");
    }
  }

  /**
   * How long something that must happen is waited for: half a minute, but not beyond the length.
   */
  Duration patience() {
    return length.compareTo(LONGEST_PATIENCE) < 0 ? length : LONGEST_PATIENCE;
  }
}
