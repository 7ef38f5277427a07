package dev.sideband.server.session;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import java.time.Instant;

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

  static Duration of(java.time.Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }

  static java.time.Duration toDuration(Duration duration) {
    return java.time.Duration.ofNanos(Durations.toNanos(duration));
  }
}
