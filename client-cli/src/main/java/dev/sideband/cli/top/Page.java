package dev.sideband.cli.top;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a server's page said at one moment, or by how much two differ. Only Sideband's own metrics
 * are kept; what is not a number is not there.
 */
final class Page {
  /** What a server that has just begun says. */
  static final Page EMPTY = new Page(Map.of());

  private static final String OURS = "sideband_";
  private static final String TOTAL = "_total";
  private static final String COUNT = "_count";
  private static final String BUCKET = "_bucket";
  private static final String BOUND = "le";

  /** Values by name, then by labels. */
  private final Map<String, Map<Map<String, String>, Double>> values;

  private Page(Map<String, Map<Map<String, String>, Double>> values) {
    this.values = values;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is not in Prometheus' text format
   */
  static Page of(String text) {
    Map<String, Map<Map<String, String>, Double>> values = new LinkedHashMap<>();
    for (Exposition.Sample sample : Exposition.parse(text)) {
      if (sample.name().startsWith(OURS) && !Double.isNaN(sample.value())) {
        values
            .computeIfAbsent(sample.name(), name -> new LinkedHashMap<>())
            .put(sample.labels(), sample.value());
      }
    }
    return new Page(values);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  private Map<Map<String, String>, Double> series(String name) {
    return values.getOrDefault(name, Map.of());
  }

  double sum(String name) {
    return series(name).values().stream().mapToDouble(value -> value).sum();
  }

  /** Sums by what the first of these labels that a series has says. */
  Map<String, Double> by(String name, List<String> labels) {
    Map<String, Double> sums = new TreeMap<>();
    series(name)
        .forEach(
            (of, value) -> first(of, labels).ifPresent(key -> sums.merge(key, value, Double::sum)));
    return sums;
  }

  private static Optional<String> first(Map<String, String> of, List<String> labels) {
    for (String label : labels) {
      String value = of.get(label);
      if (value != null && !value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** What a histogram's series say of a label. */
  Set<String> kinds(String histogram, String label) {
    return new TreeSet<>(by(histogram + COUNT, List.of(label)).keySet());
  }

  /** A histogram's series that have these labels, as one. */
  Buckets buckets(String histogram, Map<String, String> labels) {
    TreeMap<Double, Double> counts = new TreeMap<>();
    series(histogram + BUCKET)
        .forEach(
            (of, value) -> {
              if (of.entrySet().containsAll(labels.entrySet())) {
                counts.merge(bound(of), value, Double::sum);
              }
            });
    return counts.isEmpty() ? Buckets.EMPTY : new Buckets(counts);
  }

  private static double bound(Map<String, String> of) {
    String bound = of.getOrDefault(BOUND, "+Inf");
    try {
      return bound.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    } catch (NumberFormatException e) {
      return Double.POSITIVE_INFINITY; // Whatever was observed, it was at most that.
    }
  }

  /** By how much what is counted has grown; of what goes up and down this says nothing. */
  Page since(Page before) {
    Map<String, Map<Map<String, String>, Double>> grown = new LinkedHashMap<>();
    values.forEach(
        (name, series) -> {
          Map<Map<String, String>, Double> then = before.series(name);
          Map<Map<String, String>, Double> each = new LinkedHashMap<>();
          series.forEach((of, value) -> each.put(of, value - then.getOrDefault(of, 0.0)));
          grown.put(name, each);
        });
    return new Page(grown);
  }

  /** Whether a count went down or is gone since then: it is another process that counts. */
  boolean isAnotherRunThan(Page before) {
    return before.values.entrySet().stream()
        .filter(each -> each.getKey().endsWith(TOTAL) || each.getKey().endsWith(COUNT))
        .anyMatch(
            each ->
                each.getValue().entrySet().stream()
                    .anyMatch(
                        then ->
                            series(each.getKey()).getOrDefault(then.getKey(), -1.0)
                                < then.getValue()));
  }
}
