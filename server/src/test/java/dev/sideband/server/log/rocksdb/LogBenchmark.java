package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.LogFixture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Measures durable appends of 300 B events beside a bare fdatasync of as many bytes on the same
 * disk. Prints figures, asserts nothing: run it by hand, with a folder on the disk in question.
 */
final class LogBenchmark {
  private static final int EVENT_BYTES = 300;
  private static final int CONVERSATIONS = 1_000;
  private static final int SINGLES = 5_000;
  private static final int EVENTS = 200_000;

  private final RocksDbEventLog log;
  private final Random random = new Random(1);
  private final ConversationId[] conversations = new ConversationId[CONVERSATIONS];
  private final long[] sequences = new long[CONVERSATIONS];
  private int next;

  private LogBenchmark(RocksDbEventLog log) {
    this.log = log;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "log-benchmark");
    print("fdatasync of 300 B", forceLatencies(folder.resolve("floor")));
    try (RocksDbEventLog log = Logs.open(folder.resolve("data"), event -> {})) {
      LogBenchmark benchmark = new LogBenchmark(log);
      benchmark.startConversations();
      print("append of 1 event, one at a time", benchmark.appendLatencies());
      for (int inFlight : new int[] {100, 1_000}) {
        benchmark.throughput(inFlight);
      }
      benchmark.readBack();
    }
    try (Database database = new DataFolder(folder.resolve("by-hand")).open(Optional.empty())) {
      for (int batch : new int[] {1, 100, 1_000}) {
        batches(database, batch);
      }
    }
  }

  /** The floor: what the disk takes for the same bytes, without any log. */
  private static long[] forceLatencies(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(EVENT_BYTES);
      return latencies(
          () -> {
            try {
              channel.write(bytes.clear());
              channel.force(false);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private long[] appendLatencies() {
    Semaphore done = new Semaphore(0);
    return latencies(
        () -> {
          append(done);
          done.acquireUninterruptibly();
        });
  }

  private static long[] latencies(Runnable work) {
    long[] nanos = new long[SINGLES];
    for (int i = -SINGLES / 5; i < SINGLES; i++) {
      long before = System.nanoTime();
      work.run();
      if (i >= 0) {
        nanos[i] = System.nanoTime() - before;
      }
    }
    return nanos;
  }

  private void startConversations() {
    for (int i = 0; i < CONVERSATIONS; i++) {
      conversations[i] = LogFixture.conversation();
      LogFixture.fateOf(
          log, LogFixture.append(log, conversations[i], 0, fate -> {}, List.of(entry())));
      sequences[i] = 1;
    }
  }

  /** Appends one event to the next conversation in turn. */
  private void append(Semaphore done) {
    int i = next++ % CONVERSATIONS;
    log.append(
        new Append(
            conversations[i],
            log.epoch(),
            sequences[i]++,
            List.of(entry()),
            new Lifecycle.Continues(),
            fate -> {
              if (!(fate instanceof AppendOutcome.Appended)) {
                throw new AssertionError(fate.toString());
              }
              done.release();
            }));
  }

  /** Half of an event repeats, as protocol events do; half does not. */
  private LogEntry entry() {
    byte[] event = new byte[EVENT_BYTES];
    random.nextBytes(event);
    Arrays.fill(event, 0, EVENT_BYTES / 2, (byte) 'x');
    return new LogEntry(event, LogEntry.NOTHING);
  }

  /** Through the writer's thread, with so many appends on their way at any time. */
  private void throughput(int inFlight) {
    Semaphore credits = new Semaphore(inFlight);
    long before = System.nanoTime();
    for (int i = 0; i < EVENTS; i++) {
      credits.acquireUninterruptibly();
      append(credits);
    }
    credits.acquireUninterruptibly(inFlight);
    double seconds = (System.nanoTime() - before) / 1e9;
    System.out.printf("%4d in flight: %,.0f events/s%n", inFlight, EVENTS / seconds);
  }

  /** The writer's turns taken by hand: so many appends in each batch, no thread between. */
  private static void batches(Database database, int size) throws IOException {
    HeadTable heads = HeadTable.load(database);
    AppendQueue queue = new AppendQueue(size, 32L << 20);
    LogWriter writer = writer(database, heads, queue);
    ConversationId conversation = LogFixture.conversation();
    List<LogEntry> entries = List.of(new LogEntry(new byte[EVENT_BYTES], LogEntry.NOTHING));
    int turns = Math.min(SINGLES, EVENTS / size);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpuBefore = threads.getCurrentThreadCpuTime();
    long before = System.nanoTime();
    for (int sequence = 0; sequence < turns * size; sequence++) {
      queue.tryAppend(
          new Append(conversation, 1, sequence, entries, lifecycle(sequence), fate -> {}));
      if ((sequence + 1) % size == 0) {
        writer.poll();
      }
    }
    double seconds = (System.nanoTime() - before) / 1e9;
    System.out.printf(
        "%4d per batch: %,.0f events/s, %,.0f us per batch, %.1f us CPU per event%n",
        size,
        turns * size / seconds,
        seconds / turns * 1e6,
        (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e3 / turns / size);
  }

  private static LogWriter writer(Database database, HeadTable heads, AppendQueue queue) {
    FreeSpace freeSpace = new FreeSpace(Machine.under(Path.of(".")), 0, database);
    LogWriter.Parts parts = new LogWriter.Parts(database, heads, freeSpace, 1, true);
    return new LogWriter(
        parts,
        queue,
        event -> {},
        cause -> {
          throw new AssertionError(cause);
        });
  }

  private static Lifecycle lifecycle(int sequence) {
    return sequence == 0
        ? new Lifecycle.Starts(LogFixture.OWNER, LogFixture.START)
        : new Lifecycle.Continues();
  }

  private void readBack() {
    long before = System.nanoTime();
    long events = 0;
    for (ConversationId conversation : conversations) {
      List<CommittedEvent> page = log.read(conversation, 0, 256 << 10);
      while (!page.isEmpty()) {
        events += page.size();
        page = log.read(conversation, page.get(page.size() - 1).sequence(), 256 << 10);
      }
    }
    double seconds = (System.nanoTime() - before) / 1e9;
    System.out.printf("read by conversation: %,.0f events/s%n", events / seconds);
    before = System.nanoTime();
    long position = 0;
    List<CommittedEvent> page = log.readAll(0, 256 << 10);
    while (!page.isEmpty()) {
      position = page.get(page.size() - 1).position();
      page = log.readAll(position, 256 << 10);
    }
    seconds = (System.nanoTime() - before) / 1e9;
    System.out.printf("read in commit order: %,.0f events/s%n", position / seconds);
  }

  private static void print(String what, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%s: p50 %.0f us, p99 %.0f us%n",
        what, sorted[sorted.length / 2] / 1e3, sorted[sorted.length * 99 / 100] / 1e3);
  }
}
