package dev.sideband.cli.demo;

import dev.sideband.cli.failure.CliException;
import dev.sideband.v1.RealtimeEvents;
import java.util.Optional;

/** Something that another thread tells the demo's. */
sealed interface Happening {
  /** The client's own side reached a milestone at a time of the monotonic clock. */
  record MediaReached(String name, long nanos) implements Happening {}

  /** The call's media broke. */
  record MediaFailed(String why) implements Happening {}

  /** A milestone could not be reported. */
  record NotReported(CliException failure) implements Happening {}

  /** Events arrived. */
  record Arrived(RealtimeEvents batch) implements Happening {}

  /** The event stream ended. */
  record FeedEnded(Optional<CliException> failure) implements Happening {}
}
