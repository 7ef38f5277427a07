package dev.sideband.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.Damage;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import dev.sideband.server.log.rocksdb.StoredLog;
import dev.sideband.server.session.HistoryWriter;
import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.RealtimeEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.rocksdb.RocksDBException;

/**
 * How long a server takes, from the start of its process, until it has rejoined every call that a
 * killed one left: with histories of some length, and beside many conversations that have ended.
 *
 * <p>Server and loopback (without media or delays) are processes of their own, the server one of
 * the launcher's. Histories are written into the log while no server runs, as sessions would have
 * written them; the first server that finds them compacts what was written at once, which others
 * did as it came, and the loopback holds a call for the first time. After that servers find them in
 * turn with memos and without, as an earlier version left them.
 *
 * <p>Run {@code main} with the test classpath, a folder, the launcher, how many calls, how many
 * events in each, how many events in ended conversations, and how many pairs of restarts: {@code
 * target/ ./sideband 1000 500 500000 5}.
 */
final class RestartBenchmark {
  private static final int ENDED_EVENTS_EACH = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final int NEWEST = 12;

  private final Path folder;
  private final Path launcher;
  private final LoopbackChild loopback;
  private int joins = 1;

  private RestartBenchmark(Path folder, Path launcher, LoopbackChild loopback) {
    this.folder = folder;
    this.launcher = launcher;
    this.loopback = loopback;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, RocksDBException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "restart-benchmark");
    try (LoopbackChild loopback = LoopbackChild.launch()) {
      RestartBenchmark benchmark = new RestartBenchmark(folder, Path.of(arguments[1]), loopback);
      benchmark.start(Integer.parseInt(arguments[2]));
      benchmark.fill(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
      benchmark.restart("first, just filled");
      for (int pair = 0; pair < Integer.parseInt(arguments[5]); pair++) {
        benchmark.restart("with memos");
        Damage.removeMemos(folder);
        benchmark.restart("without memos");
      }
    }
  }

  private Map<String, String> settings() {
    return ServerChild.settings(folder, loopback.baseUri());
  }

  private void start(int calls) throws IOException {
    try (ServerChild server = ServerChild.launch(launcher, settings());
        Caller caller = Caller.of(server.port())) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        ids.add(caller.start().getConversationId());
      }
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> ids.stream().allMatch(id -> caller.get(id).getPhase() == Phase.LIVE));
      server.kill();
    }
  }

  private void fill(int events, int ended) {
    try (EventLog log =
        RocksDbEventLog.open(
            new RocksDbConfig(folder, false, 0, 16_384, 64L << 20),
            committed -> {},
            cause -> {
              throw new AssertionError(cause);
            },
            new NamedThreads("log-writer"))) {
      for (Head head : live(log)) {
        HistoryWriter.goOn(log, head.conversation(), events);
      }
      for (int i = 0; i < ended / ENDED_EVENTS_EACH; i++) {
        HistoryWriter.whole(log, new ConversationId(UUID.randomUUID()), ENDED_EVENTS_EACH);
      }
    }
  }

  private static List<Head> live(EventLog log) {
    return log.heads(new HeadQuery(Optional.empty(), true, Optional.empty(), 100_000));
  }

  private void restart(String what) throws IOException, InterruptedException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Duration before = loopback.spent();
    long began = System.currentTimeMillis();
    try (ServerChild server = ServerChild.launch(launcher, settings())) {
      long listening = System.currentTimeMillis();
      joins++;
      long joined = loopback.awaitJoined(joins);
      Duration spent = server.spent();
      Duration held = loopback.spent().minus(before);
      Thread.sleep(SETTLED.toMillis()); // What was joined becomes events.
      server.kill();
      System.out.printf(
          "%s: listening after %.2f s, all joined after %.2f s, all rejoined after %.2f s;"
              + " processors %.2f s, the loopback %.2f s; load %.1f%n",
          what,
          (listening - began) / 1e3,
          (joined - began) / 1e3,
          (lastRejoined(began) - began) / 1e3,
          spent.toMillis() / 1e3,
          held.toMillis() / 1e3,
          load);
    }
  }

  /** The time of the newest SidebandRejoined; each live conversation has one after the start. */
  private long lastRejoined(long began) throws InvalidProtocolBufferException {
    long last = 0;
    try (StoredLog log = StoredLog.open(folder)) {
      for (Head head :
          log.heads(new HeadQuery(Optional.empty(), true, Optional.empty(), 100_000))) {
        long rejoined = 0;
        for (LogEntry entry :
            log.readEntries(head.conversation(), head.lastSequence() - NEWEST, 1 << 20)) {
          RealtimeEvent event = RealtimeEvent.parseFrom(entry.event());
          if (event.hasSidebandRejoined()) {
            rejoined = Timestamps.toMillis(event.getTime());
          }
        }
        if (rejoined < began) {
          throw new AssertionError("conversation not rejoined: " + head.conversation());
        }
        last = Math.max(last, rejoined);
      }
    }
    return last;
  }
}
