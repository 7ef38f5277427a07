package dev.sideband.server.session;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.FakeEventLog;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.Checkpoint;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a checkpoint costs, by the length of a conversation: its bytes, the time to encode it, on
 * the coordinator's thread, and the time to restore from it, beside the bytes and the replay of the
 * events that it stands for. Warm, one thread, best of many.
 *
 * <p>Run {@code main} with the test classpath.
 */
final class CheckpointBenchmark {
  private static final int ROUNDS = 1_000;

  private CheckpointBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    for (int events : new int[] {500, 2_000, 10_000}) {
      measure(events);
    }
  }

  private static void measure(int events) throws Exception {
    ConversationId id = new ConversationId(UUID.randomUUID());
    EventLog log = new FakeEventLog();
    begin(log, id);
    HistoryWriter.goOn(log, id, events);
    List<LogEntry> entries = log.readEntries(id, 0, Integer.MAX_VALUE);
    StoredConversation stored = StoredConversation.empty();
    entries.forEach(stored::evolve);
    byte[] checkpoint = Checkpoints.of(stored.state(), stored.secrets()).toByteArray();
    long encoding = Long.MAX_VALUE;
    long restoring = Long.MAX_VALUE;
    long replaying = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long began = System.nanoTime();
      checkpoint = Checkpoints.of(stored.state(), stored.secrets()).toByteArray();
      encoding = Math.min(encoding, System.nanoTime() - began);
      began = System.nanoTime();
      stored = StoredConversation.restored(Checkpoint.parseFrom(checkpoint));
      restoring = Math.min(restoring, System.nanoTime() - began);
      began = System.nanoTime();
      StoredConversation replayed = StoredConversation.empty();
      entries.forEach(replayed::evolve);
      replaying = Math.min(replaying, System.nanoTime() - began);
    }
    long bytes = entries.stream().mapToLong(e -> e.event().length + e.privatePart().length).sum();
    System.out.printf(
        "%d events, %d KiB: checkpoint %d KiB, encoded in %d us, restored in %d us; replayed in %d us%n",
        entries.size(),
        bytes >> 10,
        checkpoint.length >> 10,
        encoding / 1000,
        restoring / 1000,
        replaying / 1000);
  }

  private static void begin(EventLog log, ConversationId id) {
    RealtimeEvent started =
        RealtimeEvent.newBuilder()
            .setConversationId(id.toString())
            .setSequence(1)
            .setConversationStarted(ConversationStarted.getDefaultInstance())
            .build();
    LogEntry entry =
        new LogEntry(started.toByteArray(), PrivatePart.getDefaultInstance().toByteArray());
    Lifecycle starts = new Lifecycle.Starts("ann", Instant.EPOCH);
    log.append(new Append(id, log.epoch(), 0, List.of(entry), starts, CheckpointBenchmark::check));
  }

  private static void check(AppendOutcome outcome) {
    if (!(outcome instanceof AppendOutcome.Appended)) {
      throw new AssertionError("append: " + outcome);
    }
  }
}
