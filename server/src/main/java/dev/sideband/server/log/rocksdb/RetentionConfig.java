package dev.sideband.server.log.rocksdb;

import java.time.Duration;

/**
 * How long ended conversations are kept. Live ones always are.
 *
 * @param maxAge since their end; zero = for ever
 * @param maxBytes of the log's tables and write buffers, above which the oldest go; zero = no limit
 */
public record RetentionConfig(Duration maxAge, long maxBytes) {

  /** Everything is kept. */
  public static final RetentionConfig NONE = new RetentionConfig(Duration.ZERO, 0);

  /** The least {@link #maxBytes}: below, the write buffers alone could be more. */
  public static final long LEAST_BYTES = 64L << 20;

  public RetentionConfig {
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: 0 or more)");
    }
    if (maxBytes != 0 && maxBytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes: %d (expected: 0, or %d or more)".formatted(maxBytes, LEAST_BYTES));
    }
  }

  /** Whether anything is ever removed. */
  public boolean isOn() {
    return !maxAge.isZero() || maxBytes > 0;
  }
}
