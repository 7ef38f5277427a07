package dev.sideband.server;

import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptDelta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;

/**
 * How long a server takes, from its opening, until it has rejoined every call that the one before
 * it left: with histories of some length, and beside many conversations that have ended.
 *
 * <p>The loopback without media or delays holds the calls, in this process. Histories are
 * transcript deltas that are written into the log while no server runs.
 *
 * <p>Run {@code main} with the test classpath, a folder, how many calls, how many events in each,
 * and how many events in ended conversations: {@code target/ 1000 500 500000}.
 */
final class RestartBenchmark {
  private static final int RUNS = 3;
  private static final int ENDED_EVENTS_EACH = 500;
  private static final int ENTRIES_PER_APPEND = 250;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private RestartBenchmark() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "restart-benchmark");
    int calls = Integer.parseInt(arguments[1]);
    int events = Integer.parseInt(arguments[2]);
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere()) {
      String[] settings = RunningServer.heldBy(loopback, "session.max-pending-inputs=16");
      start(folder, settings, calls);
      fill(folder, events, Integer.parseInt(arguments[3]) / ENDED_EVENTS_EACH);
      for (int run = 1; run <= RUNS; run++) {
        long before = System.nanoTime();
        try (RunningServer server = RunningServer.open(folder, settings)) {
          long opened = System.nanoTime();
          awaitJoined(loopback, run + 1);
          System.out.printf(
              "%d calls of %d events: open after %.2f s, all rejoined after %.2f s (port %d)%n",
              calls,
              events,
              (opened - before) / 1e9,
              (System.nanoTime() - before) / 1e9,
              server.port());
        }
      }
    }
  }

  private static void start(Path folder, String[] settings, int calls) {
    try (RunningServer server = RunningServer.open(folder, settings)) {
      Caller caller = server.caller();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        ids.add(caller.start().getConversationId());
      }
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> ids.stream().allMatch(id -> caller.get(id).getPhase() == Phase.LIVE));
    }
  }

  private static void fill(Path folder, int events, int ended)
      throws InterruptedException, ExecutionException {
    try (EventLog log =
        RocksDbEventLog.open(
            new RocksDbConfig(folder, false, 0, 16_384, 64L << 20),
            committed -> {},
            cause -> {
              throw new AssertionError(cause);
            },
            new NamedThreads("log-writer"))) {
      for (Head head :
          log.heads(new HeadQuery(Optional.empty(), true, Optional.empty(), 100_000))) {
        append(log, head.conversation(), head.lastSequence(), events);
      }
      for (int i = 0; i < ended; i++) {
        ConversationId id = new ConversationId(UUID.randomUUID());
        LogEntry started =
            entry(
                id,
                1,
                RealtimeEvent.newBuilder()
                    .setConversationStarted(ConversationStarted.getDefaultInstance()));
        append(log, id, 0, List.of(started), new Lifecycle.Starts("local", Instant.now()));
        append(log, id, 1, ENDED_EVENTS_EACH - 1);
        LogEntry over =
            entry(
                id,
                ENDED_EVENTS_EACH,
                RealtimeEvent.newBuilder()
                    .setConversationEnded(ConversationEnded.getDefaultInstance()));
        append(log, id, ENDED_EVENTS_EACH - 1, List.of(over), new Lifecycle.Ends());
      }
    }
  }

  /** Deltas up to a sequence. */
  private static void append(EventLog log, ConversationId id, long last, int upTo)
      throws InterruptedException, ExecutionException {
    for (long from = last; from < upTo; from += ENTRIES_PER_APPEND) {
      List<LogEntry> entries = new ArrayList<>();
      for (long next = from + 1; next <= Math.min(upTo, from + ENTRIES_PER_APPEND); next++) {
        TranscriptDelta delta =
            TranscriptDelta.newBuilder()
                .setRole(Role.ASSISTANT)
                .setItemId("item_" + next / 20)
                .setDelta("some words of it ")
                .build();
        entries.add(
            entry(id, next, RealtimeEvent.newBuilder().setTranscriptDelta(delta).setAttachment(1)));
      }
      append(log, id, from, entries, new Lifecycle.Continues());
    }
  }

  private static LogEntry entry(ConversationId id, long sequence, RealtimeEvent.Builder event) {
    RealtimeEvent built =
        event
            .setConversationId(id.toString())
            .setSequence(sequence)
            .setCall(1)
            .setTime(Timestamps.fromMillis(System.currentTimeMillis()))
            .build();
    return new LogEntry(built.toByteArray(), new byte[0]);
  }

  private static void append(
      EventLog log, ConversationId id, long after, List<LogEntry> entries, Lifecycle lifecycle)
      throws InterruptedException, ExecutionException {
    CompletableFuture<AppendOutcome> fate = new CompletableFuture<>();
    log.append(new Append(id, log.epoch(), after, entries, lifecycle, fate::complete));
    if (!(fate.get() instanceof AppendOutcome.Appended)) {
      throw new AssertionError("append: " + fate.get());
    }
  }

  private static void awaitJoined(LoopbackServer loopback, int joins) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                loopback.report().calls().stream()
                    .allMatch(call -> call.joins() == joins && call.sidebands() == 1));
  }
}
