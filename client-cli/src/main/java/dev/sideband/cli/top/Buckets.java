package dev.sideband.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A histogram: how many observations were at most so much.
 *
 * @param counts by upper bound, cumulative; the last bound is infinite
 */
record Buckets(SortedMap<Double, Double> counts) {
  static final Buckets EMPTY = new Buckets(new TreeMap<>());

  /** How many observations there are. */
  double count() {
    return counts.isEmpty() ? 0 : counts.get(counts.lastKey());
  }

  boolean isEmpty() {
    return !(count() > 0);
  }

  /** Whether the quantile lies past the last finite bound, which is then all that is known. */
  boolean isBeyond(double q) {
    return !isEmpty() && counts.size() > 1 && place(bounds(), q) == counts.size() - 1;
  }

  /**
   * As Prometheus' {@code histogram_quantile}: interpolated in its bucket, whose observations are
   * taken to be spread evenly; the last finite bound if it lies past that; NaN if there is none.
   */
  double quantile(double q) {
    List<Map.Entry<Double, Double>> bounds = bounds();
    if (isEmpty() || bounds.size() < 2 || !Double.isInfinite(counts.lastKey())) {
      return Double.NaN;
    }
    int place = place(bounds, q);
    if (place == bounds.size() - 1) {
      return bounds.get(place - 1).getKey();
    }
    double end = bounds.get(place).getKey();
    if (place == 0 && end <= 0) {
      return end;
    }
    double start = place == 0 ? 0 : bounds.get(place - 1).getKey();
    double below = place == 0 ? 0 : bounds.get(place - 1).getValue();
    double here = bounds.get(place).getValue() - below;
    return start + (end - start) * (q * count() - below) / here;
  }

  private List<Map.Entry<Double, Double>> bounds() {
    return new ArrayList<>(counts.entrySet());
  }

  private int place(List<Map.Entry<Double, Double>> bounds, double q) {
    double rank = q * count();
    int place = 0;
    while (place < bounds.size() - 1 && bounds.get(place).getValue() < rank) {
      place++;
    }
    return place;
  }
}
