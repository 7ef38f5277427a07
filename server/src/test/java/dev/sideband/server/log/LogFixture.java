package dev.sideband.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A few words to say what happens to a log: texts stand for events. */
public final class LogFixture {
  /** Who owns conversations when a test does not care. */
  public static final String OWNER = "ann";

  /** When conversations start when a test does not care. */
  public static final Instant START = Instant.parse("2026-11-22T12:00:00.123456789Z");

  private LogFixture() {}

  public static ConversationId conversation() {
    return new ConversationId(UUID.randomUUID());
  }

  /** An append of the log's epoch, that starts the conversation if it expects nothing. */
  public static Append append(
      EventLog log,
      ConversationId conversation,
      long expected,
      Consumer<AppendOutcome> fate,
      String... events) {
    return append(log, conversation, expected, fate, entries(events));
  }

  public static Append append(
      EventLog log,
      ConversationId conversation,
      long expected,
      Consumer<AppendOutcome> fate,
      List<LogEntry> entries) {
    Lifecycle lifecycle =
        expected == 0 ? new Lifecycle.Starts(OWNER, START) : new Lifecycle.Continues();
    return new Append(conversation, log.epoch(), expected, entries, lifecycle, fate);
  }

  /** Entries whose private part is {@code "private "} and their text. */
  public static List<LogEntry> entries(String... events) {
    return Arrays.stream(events)
        .map(text -> new LogEntry(text.getBytes(UTF_8), ("private " + text).getBytes(UTF_8)))
        .toList();
  }

  public static List<String> texts(List<CommittedEvent> events) {
    return events.stream().map(event -> new String(event.event(), UTF_8)).toList();
  }

  /** The event that the bytes are. */
  public static RealtimeEvent decoded(CommittedEvent committed) {
    try {
      return RealtimeEvent.parseFrom(committed.event());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("event: not a RealtimeEvent", e);
    }
  }

  /** Appends, and waits for the fate. */
  public static AppendOutcome fateOf(EventLog log, Append append) {
    CompletableFuture<AppendOutcome> fate = new CompletableFuture<>();
    log.append(
        new Append(
            append.conversation(),
            append.epoch(),
            append.expectedSequence(),
            append.entries(),
            append.lifecycle(),
            append.memos(),
            outcome -> {
              append.fate().accept(outcome);
              fate.complete(outcome);
            }));
    return fate.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Does something on so many threads at once, and gives what came of it. */
  public static <T> List<T> atOnce(int threads, IntFunction<T> work) throws InterruptedException {
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<T>> results =
          IntStream.range(0, threads)
              .mapToObj(
                  number ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            meet(together);
                            return work.apply(number);
                          },
                          workers))
              .toList();
      return results.stream().map(CompletableFuture::join).toList();
    } finally {
      workers.shutdown();
      workers.awaitTermination(20, TimeUnit.SECONDS);
    }
  }

  private static void meet(CyclicBarrier together) {
    try {
      together.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Remembers what a log tells, in order: fates as outcomes, events as they are. */
  public static final class Told implements CommittedEventListener {
    private final List<Object> all = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onCommitted(CommittedEvent event) {
      all.add(event);
    }

    public Consumer<AppendOutcome> fate() {
      return all::add;
    }

    public List<Object> all() {
      synchronized (all) {
        return List.copyOf(all);
      }
    }

    public List<CommittedEvent> events() {
      return all().stream()
          .filter(CommittedEvent.class::isInstance)
          .map(CommittedEvent.class::cast)
          .toList();
    }

    public List<AppendOutcome> fates() {
      return all().stream()
          .filter(AppendOutcome.class::isInstance)
          .map(AppendOutcome.class::cast)
          .toList();
    }
  }
}
