package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Texts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How amounts are written. */
final class Amounts {
  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Amounts() {}

  static String count(double count) {
    return String.format(Locale.ROOT, "%,d", Math.round(count));
  }

  /** A rate; what is not known yet is a dot. */
  static String perSecond(@Nullable Double rate) {
    if (rate == null) {
      return "·";
    }
    return (rate > 0 && rate < 9.95 ? String.format(Locale.ROOT, "%.1f", rate) : count(rate))
        + "/s";
  }

  static String bytesPerSecond(@Nullable Double rate) {
    return rate == null ? "·" : bytes(rate) + "/s";
  }

  static String bytes(double bytes) {
    double shown = bytes;
    int unit = 0;
    while (shown >= 999.5 && unit < BYTES.length - 1) {
      shown /= 1_000;
      unit++;
    }
    String format = unit > 0 && shown < 9.95 ? "%.1f %s" : "%.0f %s";
    return String.format(Locale.ROOT, format, shown, BYTES[unit]);
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
  }

  /** A quantile of seconds; past the last bound, that it is more than that. */
  static String quantile(Buckets buckets, double q) {
    double seconds = buckets.quantile(q);
    if (Double.isNaN(seconds)) {
      return "·";
    }
    return (buckets.isBeyond(q) ? "> " : "") + Texts.span(seconds * 1_000);
  }

  /** A constant's or a label's value in words; an error's code stays one. */
  static String words(String value) {
    String words = value.equals(value.toUpperCase(Locale.ROOT)) ? value : value.replace('_', ' ');
    return Texts.oneLine(words);
  }
}
