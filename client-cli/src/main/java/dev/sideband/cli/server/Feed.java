package dev.sideband.cli.server;

import dev.sideband.v1.RealtimeEvents;
import java.util.Optional;

/**
 * Events, pulled batch by batch.
 *
 * <p><b>Threads.</b> {@link #next} by one reader, {@link #close} by anyone, any number of times: it
 * ends a read that waits.
 */
public interface Feed extends AutoCloseable {
  /**
   * Waits for the next batch; empty at the end of the stream or after {@link #close}.
   *
   * @throws dev.sideband.cli.failure.CliException when the stream failed
   */
  Optional<RealtimeEvents> next();

  @Override
  void close();
}
