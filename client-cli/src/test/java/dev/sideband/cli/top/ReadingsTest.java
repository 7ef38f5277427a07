package dev.sideband.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ReadingsTest {
  private static final String STARTS = "sideband_starts_total";

  private final Readings readings = new Readings();

  private void readAt(long second, int answered, int failed) {
    readings.add(
        TimeUnit.SECONDS.toNanos(second),
        Page.of(
            """
            sideband_starts_total{sideband_outcome="answered"} %d
            sideband_starts_total{error_type="PROVIDER_QUOTA",sideband_outcome="failed"} %d
            sideband_start_duration_seconds_bucket{le="1.0"} %d
            sideband_start_duration_seconds_bucket{le="+Inf"} %d
            sideband_start_duration_seconds_count %d
            """
                .formatted(answered, failed, answered, answered + failed, answered + failed)));
  }

  private Figures.Flow starts() {
    Figures.Flow flow = Catalogue.figures(readings, Instant.EPOCH).flows().get("starts");
    assertThat(flow).isNotNull();
    return flow;
  }

  @Test
  void shouldKnowNoRateFromOneReading() {
    readAt(100, 7, 1);
    assertThat(readings.arePair()).isFalse();
    assertThat(starts().all()).isEqualTo(new Figures.Count(null, 0, 8));
  }

  @Test
  void shouldTakeRatesFromTheLastTwoAndCountsFromTheWindow() {
    readAt(100, 7, 1);
    readAt(102, 10, 1);
    readAt(104, 11, 2);
    assertThat(readings.latelySeconds()).isEqualTo(2);
    assertThat(readings.windowSeconds()).isEqualTo(4);
    assertThat(starts().all()).isEqualTo(new Figures.Count(1.0, 5, 13));
    assertThat(starts().by())
        .containsEntry("answered", new Figures.Count(0.5, 4, 11))
        .containsEntry("PROVIDER_QUOTA", new Figures.Count(0.5, 1, 2));
  }

  @Test
  void shouldForgetWhatIsOlderThanTheWindow() {
    for (int second = 0; second <= 300; second++) {
      readAt(second, second, 0);
    }
    assertThat(readings.windowSeconds()).isEqualTo(60);
    assertThat(readings.window().sum(STARTS)).isEqualTo(60);
  }

  @Test
  void shouldGoBackToTheReadingBeforeWhenThatIsOlderThanTheWindow() {
    readAt(0, 0, 0);
    readAt(100, 50, 0);
    readAt(400, 80, 0);
    assertThat(readings.windowSeconds()).isEqualTo(300);
    assertThat(starts().all()).isEqualTo(new Figures.Count(0.1, 30, 80));
  }

  @Test
  void shouldCountAnewWhenACountWentDown() {
    readAt(100, 700, 10);
    readAt(102, 720, 10);
    readAt(104, 4, 0);
    assertThat(readings.wereRestarted()).isTrue();
    assertThat(readings.latelySeconds()).isEqualTo(2);
    assertThat(readings.windowSeconds()).isEqualTo(2);
    assertThat(starts().all()).isEqualTo(new Figures.Count(2.0, 4, 4));
    assertThat(readings.window().buckets("sideband_start_duration_seconds", Map.of()).count())
        .isEqualTo(4);
    readAt(106, 5, 0);
    assertThat(starts().all()).isEqualTo(new Figures.Count(0.5, 5, 5));
    readAt(164, 6, 0);
    assertThat(readings.wereRestarted()).isFalse();
  }

  @Test
  void shouldCountAnewWhenACountIsGone() {
    readAt(100, 7, 1);
    readings.add(TimeUnit.SECONDS.toNanos(101), Page.of("sideband_subscriber_lag 0"));
    assertThat(readings.wereRestarted()).isTrue();
    assertThat(Catalogue.figures(readings, Instant.EPOCH).flows()).isEmpty();
  }

  @Test
  void shouldTakeALevelThatFallsForALevel() {
    readings.add(0, Page.of("sideband_subscribers{sideband_state=\"live\"} 9"));
    readings.add(1, Page.of("sideband_subscribers{sideband_state=\"live\"} 2"));
    assertThat(readings.wereRestarted()).isFalse();
  }

  @Test
  void shouldKeepOnlyWhatIsOursAndANumber() {
    assertThat(Page.of("jvm_thread_count 4\nsideband_subscriber_lag NaN").isEmpty()).isTrue();
  }
}
