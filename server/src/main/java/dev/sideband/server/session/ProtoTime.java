package dev.sideband.server.session;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import java.time.Instant;
import java.time.InstantSource;

/** Times and durations as messages have them. */
final class ProtoTime {
  private ProtoTime() {}

  static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant toInstant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /** How long ago something was; zero if the clock says that it is still to come. */
  static java.time.Duration since(Timestamp timestamp, InstantSource clock) {
    java.time.Duration ago = java.time.Duration.between(toInstant(timestamp), clock.instant());
    return ago.isNegative() ? java.time.Duration.ZERO : ago;
  }

  static Duration of(java.time.Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }

  static java.time.Duration toDuration(Duration duration) {
    return java.time.Duration.ofNanos(Durations.toNanos(duration));
  }
}
