package dev.sideband.server;

import java.util.Locale;
import java.util.Set;

/**
 * An instrument as it was asked for.
 *
 * @param unit empty if there is none
 */
record Instrument(String name, Kind kind, String unit) {
  enum Kind {
    COUNTER,
    UP_DOWN_COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** What Prometheus calls it, and its parts. */
  Set<String> series() {
    String base = base();
    return switch (kind) {
      case COUNTER -> Set.of(base + "_total");
      case HISTOGRAM -> Set.of(base, base + "_bucket", base + "_sum", base + "_count");
      // The server's own page has no suffix for it, a collector has.
      case GAUGE -> unit.equals("1") ? Set.of(base, base + "_ratio") : Set.of(base);
      case UP_DOWN_COUNTER -> Set.of(base);
    };
  }

  /** The names that a list has it by. */
  Set<String> listed() {
    return kind == Kind.HISTOGRAM ? Set.of(base()) : series();
  }

  private String base() {
    String underscored = name.replace('.', '_').toLowerCase(Locale.ROOT);
    String suffix =
        switch (unit) {
          case "s" -> "_seconds";
          case "By" -> "_bytes";
          default -> "";
        };
    return underscored.endsWith(suffix) ? underscored : underscored + suffix;
  }
}
