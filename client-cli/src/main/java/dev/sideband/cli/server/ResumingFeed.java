package dev.sideband.cli.server;

import dev.sideband.cli.failure.CliException;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The events of one conversation to its end, whatever becomes of the connection or the server
 * meanwhile: it subscribes again after the last sequence it has, so that no event is missing or
 * comes twice.
 *
 * <p>It tries for ever, every quarter of a second at first and every four seconds later; whoever
 * has waited long enough closes it.
 *
 * <p><b>Threads.</b> As {@link Feed}; the listener is called by the reader.
 */
public final class ResumingFeed implements Feed {
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 4_000;

  /** Hears how the connection is. */
  public interface Listener {
    /** The server is away; told once, until it is back. */
    void away();

    /** It is back: nothing was missed. */
    void back();
  }

  private final Function<SubscribeRequest, Feed> subscribe;
  private final Predicate<CliException> mayPass;
  private final SubscribeRequest request;
  private final Listener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Feed current;
  private long lastSequence;
  private long pauseMs = FIRST_PAUSE_MS;
  private boolean away;

  /**
   * Subscribes.
   *
   * @param subscribe opens one subscription; nothing is read before its first {@link Feed#next}
   * @param mayPass whether a failure may not happen again
   * @param request of one conversation, with {@code follow}
   */
  public ResumingFeed(
      Function<SubscribeRequest, Feed> subscribe,
      Predicate<CliException> mayPass,
      SubscribeRequest request,
      Listener listener) {
    this.subscribe = subscribe;
    this.mayPass = mayPass;
    this.request = request;
    this.listener = listener;
    lastSequence = request.getAfterSequence();
    current = subscribe.apply(request);
  }

  @Override
  public Optional<RealtimeEvents> next() {
    while (true) {
      try {
        Optional<RealtimeEvents> batch = current.next();
        batch.ifPresent(this::received);
        return batch;
      } catch (CliException e) {
        if (!mayPass.test(e)) {
          throw e;
        }
        if (!resumed()) {
          return Optional.empty();
        }
      }
    }
  }

  private void received(RealtimeEvents batch) {
    pauseMs = FIRST_PAUSE_MS;
    if (away) {
      away = false;
      listener.back();
    }
    for (RealtimeEvent event : batch.getEventsList()) {
      lastSequence = Math.max(lastSequence, event.getSequence());
    }
  }

  /** Subscribes again after a pause; false if it was closed meanwhile. */
  private boolean resumed() {
    if (!away) {
      away = true;
      listener.away();
    }
    current.close();
    if (isClosedWithin(pauseMs)) {
      return false;
    }
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    current = subscribe.apply(request.toBuilder().setAfterSequence(lastSequence).build());
    if (isClosedWithin(0)) { // Who closed it may not have seen this one.
      current.close();
      return false;
    }
    return true;
  }

  private boolean isClosedWithin(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    current.close();
  }
}
