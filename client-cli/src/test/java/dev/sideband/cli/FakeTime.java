package dev.sideband.cli;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.sideband.v1.Timing;

/** The fake server's time: milliseconds since a fixed beginning. */
final class FakeTime {
  static final long BEGAN = 1_795_000_000L;

  private FakeTime() {}

  static Timing timing(long elapsed, long total) {
    return Timing.newBuilder().setElapsed(duration(elapsed)).setTotal(duration(total)).build();
  }

  static Duration duration(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  static Timestamp time(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(BEGAN + millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }
}
