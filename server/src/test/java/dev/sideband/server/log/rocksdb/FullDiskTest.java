package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.append;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.fateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.AppendOutcome.Unavailable;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real disk that fills up: a small tmpfs, where this process may mount one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FullDiskTest {
  private static final long DISK = 224L << 20;
  private static final long LEAST = 2 * NativeOptions.WRITE_BUFFERS_BYTES;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path mount;
  private final Path ballast;
  private final RocksDbConfig config;
  private final ConversationId conversation = conversation();
  private final Random random = new Random(1);

  FullDiskTest(@TempDir Path mount) {
    this.mount = mount;
    this.ballast = mount.resolve("ballast");
    this.config =
        new RocksDbConfig(mount.resolve("data"), true, LEAST, 16, RocksDbConfig.LEAST_QUEUE_BYTES);
  }

  @BeforeEach
  void mount() throws Exception {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", mount.toString()))
        .as("the right to mount a tmpfs")
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    assertThat(run("umount", mount.toString())).isZero();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Takes space until so much is free. */
  private void fillUpTo(long free) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
      byte[] chunk = new byte[1 << 16];
      file.seek(file.length());
      while (mount.toFile().getUsableSpace() >= free + chunk.length) {
        file.write(chunk);
      }
    }
  }

  /** An event that does not compress. */
  private List<LogEntry> event() {
    byte[] bytes = new byte[20_000];
    random.nextBytes(bytes);
    return List.of(new LogEntry(bytes, LogEntry.NOTHING));
  }

  private AppendOutcome appendTo(RocksDbEventLog log, long expected) {
    return fateOf(log, append(log, conversation, expected, fate -> {}, event()));
  }

  private long appendUntilRefused(RocksDbEventLog log) {
    for (long sequence = 0; ; sequence++) {
      if (!(appendTo(log, sequence) instanceof Appended)) {
        return sequence;
      }
    }
  }

  @Test
  @ExpectWarning("The log refuses appends: free space")
  void shouldRefuseBeforeTheDiskIsFullAndGoOnWhenThereIsSpace() throws Exception {
    fillUpTo(LEAST + (20L << 20));
    long last;
    try (RocksDbEventLog log = Logs.open(config, event -> {}, Optional.empty())) {
      last = appendUntilRefused(log);
      assertThat(log.isWritable()).isFalse();
      assertThat(mount.toFile().getUsableSpace()).isGreaterThan(LEAST / 2);

      Append ending =
          new Append(conversation, log.epoch(), last, event(), new Lifecycle.Ending(), fate -> {});
      assertThat(fateOf(log, ending)).isEqualTo(new Appended(last + 1));
      assertThat(appendTo(log, last + 1)).isInstanceOf(Unavailable.class);

      Files.delete(ballast);
      await().atMost(PATIENCE).until(log::isWritable);
      assertThat(appendTo(log, last + 1)).isEqualTo(new Appended(last + 2));
    }
    assertKept(last + 2);
  }

  @Test
  @ExpectWarning("the database has stopped")
  void shouldGoOnWhenTheDatabaseItselfRanOutOfSpace() throws Exception {
    try (Database database = new DataFolder(config.path()).open(Optional.empty())) {
      FakeDisk disk = new FakeDisk(DISK);
      FreeSpace space = new FreeSpace(disk.machine(), LEAST, database);
      HeadTable heads = HeadTable.load(database);
      AppendQueue queue = new AppendQueue(16, RocksDbConfig.LEAST_QUEUE_BYTES);
      LogWriter writer =
          new LogWriter(
              new LogWriter.Parts(database, heads, space, 1, true),
              queue,
              event -> {},
              cause -> {
                throw new AssertionError(cause);
              });
      for (int sequence = 0; sequence < 300; sequence++) {
        write(queue, writer, sequence);
      }
      fillUpTo(0);
      database.requestFlush();
      await().atMost(PATIENCE).until(database::isStopped);
      space.look();
      assertThat(space.isWritable()).isFalse();

      Files.delete(ballast);
      for (int probes = 0; probes < FreeSpace.PATIENCE_PROBES; probes++) {
        disk.passProbeInterval();
        space.look();
      }
      assertThat(space.isWritable()).isTrue();
      write(queue, writer, 300);
      assertThat(heads.find(conversation).orElseThrow().lastSequence()).isEqualTo(301);
    }
    assertKept(301);
  }

  private void write(AppendQueue queue, LogWriter writer, long expected) {
    Lifecycle lifecycle =
        expected == 0
            ? new Lifecycle.Starts("ann", java.time.Instant.EPOCH)
            : new Lifecycle.Continues();
    Append append = new Append(conversation, 1, expected, event(), lifecycle, fate -> {});
    assertThat(queue.tryAppend(append)).isEqualTo(AppendQueue.Offer.TAKEN);
    writer.poll();
  }

  private void assertKept(long last) {
    try (RocksDbEventLog log = Logs.open(config, event -> {}, Optional.empty())) {
      assertThat(log.head(conversation).map(Head::lastSequence)).contains(last);
      assertThat(log.read(conversation, 0, Integer.MAX_VALUE)).hasSize((int) last);
    }
  }
}
