package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.append;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.fateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** What was reported appended survives the machine, as far as a test can lose a machine. */
class DurabilityTest {
  private static final int APPENDS = 200;

  private final Path temporary;
  private final Path folder;
  private final Path afterPowerLoss;
  private final ConversationId conversation = conversation();

  DurabilityTest(@TempDir Path temporary) {
    this.temporary = temporary;
    this.folder = temporary.resolve("data");
    this.afterPowerLoss = temporary.resolve("after-power-loss");
  }

  @Test
  void shouldHaveAllThatWasReportedWhenPowerIsLost() throws IOException {
    assertThat(lastSequenceAfterPowerLoss(true)).isEqualTo(APPENDS);
  }

  /** Shows that the test above would notice. */
  @Test
  void shouldHaveLostSomethingWhenPowerIsLostWithoutSync() throws IOException {
    assertThat(lastSequenceAfterPowerLoss(false)).isLessThan(APPENDS);
  }

  private long lastSequenceAfterPowerLoss(boolean sync) throws IOException {
    RocksDB.loadLibrary();
    RocksDbConfig config = RocksDbConfig.at(folder);
    config =
        new RocksDbConfig(folder, sync, config.minFree(), config.queueItems(), config.queueBytes());
    try (Statistics statistics = new Statistics();
        RocksDbEventLog log = Logs.open(config, event -> {}, Optional.of(statistics))) {
      SyncedLengths synced = new SyncedLengths(folder, statistics);
      for (int sequence = 0; sequence < APPENDS; sequence++) {
        assertThat(fateOf(log, append(log, conversation, sequence, fate -> synced.look(), "event")))
            .isEqualTo(new Appended(sequence + 1));
      }
      copy(folder, afterPowerLoss, synced.lengths);
    }
    try (RocksDbEventLog survivor = Logs.open(afterPowerLoss, event -> {})) {
      return survivor.head(conversation).map(Head::lastSequence).orElse(0L);
    }
  }

  /** How long each write-ahead file was when it was last known to be on disk. */
  private static final class SyncedLengths {
    private final Path folder;
    private final Statistics statistics;
    private final Map<Path, Long> lengths = new HashMap<>();
    private long syncs;

    SyncedLengths(Path folder, Statistics statistics) throws IOException {
      this.folder = folder;
      this.statistics = statistics;
      this.syncs = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
      note();
    }

    /** Called by the log writer between two writes. */
    void look() {
      long now = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
      if (now > syncs) {
        syncs = now;
        try {
          note();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    private void note() throws IOException {
      for (Path file : files(folder)) {
        if (file.toString().endsWith(".log")) {
          lengths.put(file, Files.size(file));
        }
      }
    }
  }

  static void copy(Path from, Path to, Map<Path, Long> lengths) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Path copy = to.resolve(file.getFileName());
      Files.copy(file, copy);
      if (file.toString().endsWith(".log")) {
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
          channel.truncate(lengths.getOrDefault(file, 0L));
        }
      }
    }
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  @ExpectWarning("were never completely written")
  void shouldHaltHavingReportedOnlyTheTruthWhenAWriteFails() throws Exception {
    assumeThat(Path.of("/usr/bin/prlimit")).as("prlimit (util-linux)").exists();
    Process writer =
        Logs.start(FailingWriter.class, temporary, folder.toString(), conversation.toString());
    long reported = 0;
    try (BufferedReader said = writer.inputReader()) {
      assertThat(said.readLine()).isEqualTo(FailingWriter.READY);
      limitFiles(writer.pid(), 1 << 20);
      writer.outputWriter().append('\n').flush();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        reported = Long.parseLong(line);
      }
      assertThat(writer.waitFor()).isEqualTo(FailingWriter.EXIT_CODE);
    } finally {
      writer.destroyForcibly();
    }
    assertThat(reported).isBetween(50L, 110L);
    try (RocksDbEventLog survivor = Logs.open(folder, event -> {})) {
      assertThat(survivor.head(conversation).orElseThrow().lastSequence())
          .isBetween(reported, reported + 1);
    }
  }

  /** Makes every write of a process beyond this length of a file fail. */
  private static void limitFiles(long pid, long bytes) throws Exception {
    Process limiter =
        new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=" + bytes)
            .inheritIO()
            .start();
    assertThat(limiter.waitFor()).isZero();
  }
}
