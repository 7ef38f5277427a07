package dev.sideband.server;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How much faster than life something recorded is played.
 *
 * @param factor more than 0; infinite = at once
 */
record Speed(double factor) {
  static final Speed AT_ONCE = new Speed(Double.POSITIVE_INFINITY);
  private static final double LEAST = 0.001;
  private static final double MOST_SECONDS = 9e9; // As many as fit into nanoseconds.

  Speed {
    if (!(factor >= LEAST)) {
      throw new IllegalArgumentException(factor + " (expected: 0.001 or more)");
    }
  }

  boolean isAtOnce() {
    return Double.isInfinite(factor);
  }

  /** How long what took so long takes now. */
  Duration scaled(Duration recorded) {
    if (isAtOnce()) {
      return Duration.ZERO;
    }
    double recordedSeconds = recorded.getSeconds() + recorded.getNano() / 1e9;
    double seconds = Math.min(MOST_SECONDS, recordedSeconds / factor);
    return Duration.ofSeconds((long) seconds, (long) ((seconds % 1) * 1e9));
  }

  @Override
  public String toString() {
    if (isAtOnce()) {
      return "at once";
    }
    return factor == Math.rint(factor) ? (long) factor + "x" : factor + "x";
  }

  /** Reads {@code 1}, {@code 4}, {@code 0.5}, {@code 4x} and {@code max}. */
  static final class Reader implements ITypeConverter<Speed> {
    @Override
    public Speed convert(String text) {
      String given = text.toLowerCase(Locale.ROOT);
      if (given.equals("max")) {
        return AT_ONCE;
      }
      try {
        double factor = Double.parseDouble(given.replaceFirst("(?<=[0-9])x$", ""));
        if (Double.isFinite(factor)) {
          return new Speed(factor);
        }
      } catch (IllegalArgumentException e) {
        // Said below, whatever is wrong with it.
      }
      throw new TypeConversionException(
          text + " (expected: 1 = as it was, 4 = four times as fast, max = at once)");
    }
  }
}
