package dev.sideband.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class BucketsTest {
  private static final Offset<Double> HARDLY = within(1e-9);
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  /** Bound, cumulative count, bound, ... */
  private static Buckets of(double... boundsAndCounts) {
    TreeMap<Double, Double> counts = new TreeMap<>();
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      counts.put(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
    return new Buckets(counts);
  }

  @Test
  void shouldInterpolateWithinABucket() {
    Buckets buckets = of(0.1, 10, 0.2, 30, 0.5, 40, INFINITE, 40);
    assertThat(buckets.quantile(0.5)).isEqualTo(0.15, HARDLY);
    assertThat(buckets.quantile(0.75)).isEqualTo(0.2, HARDLY);
    assertThat(buckets.quantile(0.9)).isEqualTo(0.38, HARDLY);
    assertThat(buckets.isBeyond(0.99)).isFalse();
  }

  @Test
  void shouldBeginTheFirstBucketAtZero() {
    assertThat(of(0.1, 4, INFINITE, 4).quantile(0.5)).isEqualTo(0.05, HARDLY);
    assertThat(of(-1, 4, 1, 4, INFINITE, 4).quantile(0.5)).isEqualTo(-1, HARDLY);
  }

  @Test
  void shouldSayTheLastBoundWhenAQuantileLiesPastIt() {
    Buckets buckets = of(0.1, 1, 10, 90, INFINITE, 100);
    assertThat(buckets.quantile(0.99)).isEqualTo(10, HARDLY);
    assertThat(buckets.isBeyond(0.99)).isTrue();
    assertThat(buckets.isBeyond(0.5)).isFalse();
  }

  @Test
  void shouldPassOverBucketsThatNothingFellInto() {
    assertThat(of(0.1, 0, 0.2, 0, 0.5, 2, INFINITE, 2).quantile(0.5)).isEqualTo(0.35, HARDLY);
  }

  @Test
  void shouldKnowNothingWhenNothingWasObservedOrNothingIsUnbounded() {
    assertThat(of(0.1, 0, INFINITE, 0).quantile(0.5)).isNaN();
    assertThat(of(0.1, 0, INFINITE, 0).isEmpty()).isTrue();
    assertThat(Buckets.EMPTY.quantile(0.5)).isNaN();
    assertThat(Buckets.EMPTY.isBeyond(0.5)).isFalse();
    assertThat(of(INFINITE, 3).quantile(0.5)).isNaN();
    assertThat(of(0.1, 1, 0.2, 3).quantile(0.5)).isNaN();
  }
}
