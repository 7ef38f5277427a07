package dev.sideband.server;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Brings recorded conversations into a log: every event with its own bytes, in the order of the
 * recorded times, and at their distances divided by the speed. The first comes at once.
 *
 * <p><b>Promise.</b> A conversation's events keep their order whatever their times say. Private
 * parts stay behind. The recording is let go as soon as all of it is in the log.
 *
 * <p><b>Threads.</b> {@link #run} belongs on a thread that may wait; interrupting that ends it. The
 * rest is for any.
 *
 * <p><b>Full queue.</b> {@value #BYTES_IN_FLIGHT} bytes may be on their way into the log; with that
 * it waits.
 */
final class ReplayFeed implements Runnable {
  private static final int BYTES_IN_FLIGHT = 8 << 20;
  private static final int BYTES_BESIDE_EVENT = 1024;

  private final Recording recording;
  private final List<Head> heads;
  private final EventLog log;
  private final Speed speed;
  private final Pace pace;
  private final Semaphore room = new Semaphore(BYTES_IN_FLIGHT);
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Instant begin;
  private final Duration length;
  private final LongAdder fed = new LongAdder();
  private volatile @Nullable AppendOutcome failed;

  /**
   * Reads when the recording ends.
   *
   * @param heads the conversations to feed, the oldest first; at least one
   * @throws EventLogException if it cannot be read
   */
  ReplayFeed(Recording recording, List<Head> heads, EventLog log, Speed speed, Pace pace) {
    this.recording = recording;
    this.heads = List.copyOf(heads);
    this.log = log;
    this.speed = speed;
    this.pace = pace;
    this.begin = heads.get(0).startedAt();
    this.length = Duration.between(begin, end());
  }

  private Instant end() {
    return heads.stream()
        .map(head -> new RecordedTrack(recording, head).lastTime())
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  int conversations() {
    return heads.size();
  }

  /** How many events there are. */
  long events() {
    return heads.stream().mapToLong(Head::lastSequence).sum();
  }

  /** How many of them are in the log, or on their way there. */
  long fed() {
    return fed.sum();
  }

  /** How long it took when it was recorded. */
  Duration recordedLength() {
    return length;
  }

  /** How long it will take. */
  Duration length() {
    return speed.scaled(length);
  }

  /** Complete when everything is in the log; fails with why it cannot be. */
  CompletionStage<Void> done() {
    return done.minimalCompletionStage();
  }

  @Override
  public void run() {
    try {
      feedAll();
      room.acquire(BYTES_IN_FLIGHT); // What was on its way is there.
      requireTaken();
      recording.close();
      done.complete(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) { // Whatever it is: who waits must hear of it.
      done.completeExceptionally(e);
    }
  }

  private void feedAll() throws InterruptedException {
    Queue<RecordedTrack> tracks =
        new PriorityQueue<>(
            Comparator.comparing(RecordedTrack::nextTime)
                .thenComparing(track -> track.conversation().uuid()));
    heads.forEach(head -> tracks.add(new RecordedTrack(recording, head)));
    while (!tracks.isEmpty()) {
      RecordedTrack track = tracks.remove();
      pace.awaitUntil(speed.scaled(Duration.between(begin, track.nextTime())));
      feed(track);
      if (track.hasNext()) {
        tracks.add(track);
      }
    }
  }

  private void feed(RecordedTrack track) throws InterruptedException {
    long expected = track.sequence();
    Lifecycle lifecycle = track.nextLifecycle();
    LogEntry entry = new LogEntry(track.take().event(), LogEntry.NOTHING);
    int cost = Math.min(BYTES_IN_FLIGHT, entry.event().length + BYTES_BESIDE_EVENT);
    room.acquire(cost);
    requireTaken();
    log.append(
        new Append(
            track.conversation(),
            log.epoch(),
            expected,
            List.of(entry),
            lifecycle,
            outcome -> onFate(outcome, cost)));
    fed.increment();
  }

  private void onFate(AppendOutcome outcome, int cost) {
    if (!(outcome instanceof AppendOutcome.Appended) && failed == null) {
      failed = outcome; // Those behind it fail because of it.
    }
    room.release(cost);
  }

  private void requireTaken() {
    AppendOutcome outcome = failed;
    if (outcome != null) {
      throw new EventLogException(
          EventLogException.Kind.UNAVAILABLE,
          outcome instanceof AppendOutcome.Unavailable unavailable
              ? unavailable.why()
              : outcome.toString());
    }
  }
}
