package dev.sideband.server;

import java.util.Arrays;

/** A row of a benchmark's table: many durations of one thing. One thread. */
final class Latencies {
  private final String what;
  private final long[] nanos;
  private int count;

  /** Of which the last so many are kept. */
  Latencies(String what, int room) {
    this.what = what;
    this.nanos = new long[room];
  }

  void add(long duration) {
    nanos[count++ % nanos.length] = duration;
  }

  void clear() {
    count = 0;
  }

  double micros(double quantile) {
    long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e3;
  }

  @Override
  public String toString() {
    return String.format(
        "%-32s %8.0f %8.0f %8.0f %8.0f", what, micros(0.5), micros(0.9), micros(0.99), micros(1));
  }
}
