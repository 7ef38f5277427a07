package dev.sideband.cli.server;

import dev.sideband.cli.failure.CliException;
import dev.sideband.v1.RealtimeEvents;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Reads a feed to its end on a thread of an executor's.
 *
 * <p>Batches go to {@code onBatch}; the end, with what went wrong if anything did, goes to {@code
 * onEnd}, once, last. Both are called on the reading thread, which waits for them.
 */
public final class FeedReader {
  private FeedReader() {}

  /** Starts reading; {@link Feed#close} ends it. */
  public static void start(
      Executor executor,
      Feed feed,
      Consumer<RealtimeEvents> onBatch,
      Consumer<Optional<CliException>> onEnd) {
    executor.execute(() -> onEnd.accept(read(feed, onBatch)));
  }

  private static Optional<CliException> read(Feed feed, Consumer<RealtimeEvents> onBatch) {
    try {
      for (Optional<RealtimeEvents> batch = feed.next(); batch.isPresent(); batch = feed.next()) {
        onBatch.accept(batch.get());
      }
      return Optional.empty();
    } catch (CliException e) {
      return Optional.of(e);
    }
  }
}
