package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.log.WritabilityListener;
import dev.sideband.server.log.WriteListener;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.rocksdb.Statistics;

/**
 * The event log in a folder of this machine, for one process at a time.
 *
 * <p><b>Promise.</b> That of {@link EventLog}. Its epoch is the count of the folder's openings, so
 * every append of an earlier process is fenced. It never answers {@link AppendOutcome.Unknown}
 * while its {@link FatalErrorHandler} halts the process.
 *
 * <p><b>Threads.</b> As {@link EventLog} says; {@link #close} may be called by anyone but the log
 * writer, any number of times, and waits for queued appends and running reads.
 *
 * <p><b>Full queue.</b> Appends are {@link AppendOutcome.Unavailable}; ephemeral events may fill
 * half of it, and are dropped beyond.
 */
public final class RocksDbEventLog implements EventLog {

  private final Database database;
  private final HeadTable heads;
  private final LogReader reader;
  private final AppendQueue queue;
  private final LogWriter writer;
  private final LogWriterDriver driver;
  private final FreeSpace freeSpace;
  private final long epoch;

  /**
   * What it is opened in.
   *
   * @param threads makes the log writer's thread
   * @param statistics where RocksDB counts, if anybody wants to know
   */
  record Surroundings(ThreadFactory threads, Machine machine, Optional<Statistics> statistics) {}

  /** Who is told of commits, and of the end of them. */
  private record Outlets(CommittedEventListener listener, FatalErrorHandler fatal) {}

  private RocksDbEventLog(
      Database database,
      long epoch,
      RocksDbConfig config,
      Outlets outlets,
      Surroundings surroundings) {
    this.database = database;
    this.epoch = epoch;
    this.heads = HeadTable.load(database);
    this.reader = new LogReader(database, heads);
    this.queue = new AppendQueue(config.queueItems(), config.queueBytes());
    this.freeSpace = new FreeSpace(surroundings.machine(), config.minFree(), database);
    LogWriter.Parts parts = new LogWriter.Parts(database, heads, freeSpace, epoch, config.sync());
    this.writer = new LogWriter(parts, queue, outlets.listener(), outlets.fatal());
    this.driver = new LogWriterDriver(queue, writer, surroundings.threads());
  }

  /**
   * Opens a data folder, making it if it is missing.
   *
   * @param listener the tail
   * @param fatal told when the log must not go on
   * @param threads makes the log writer's thread
   * @throws EventLogException if it is locked, inaccessible, damaged or of an unknown format
   */
  public static RocksDbEventLog open(
      RocksDbConfig config,
      CommittedEventListener listener,
      FatalErrorHandler fatal,
      ThreadFactory threads) {
    Machine machine = Machine.under(config.path());
    return open(config, listener, fatal, new Surroundings(threads, machine, Optional.empty()));
  }

  static RocksDbEventLog open(
      RocksDbConfig config,
      CommittedEventListener listener,
      FatalErrorHandler fatal,
      Surroundings surroundings) {
    DataFolder folder = new DataFolder(config.path());
    Database database = folder.open(surroundings.statistics());
    try {
      Outlets outlets = new Outlets(listener, fatal);
      RocksDbEventLog log =
          new RocksDbEventLog(database, folder.nextEpoch(database), config, outlets, surroundings);
      log.freeSpace.look();
      log.driver.start();
      return log;
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public void append(Append append) {
    if (append.epoch() > epoch) {
      throw new IllegalArgumentException(
          "epoch: %d (expected: at most %d, this log's)".formatted(append.epoch(), epoch));
    }
    switch (queue.tryAppend(append)) {
      case TAKEN -> {}
      case FULL -> append.fate().accept(new AppendOutcome.Unavailable("event log: queue is full"));
      case CLOSED -> append.fate().accept(new AppendOutcome.Unavailable("event log: closing"));
    }
  }

  @Override
  public boolean isWritable() {
    return freeSpace.isWritable();
  }

  @Override
  public void listen(WritabilityListener listener) {
    freeSpace.listen(listener);
  }

  /** Has a listener told of every later write. Any thread. */
  public void watch(WriteListener listener) {
    writer.watch(listener);
  }

  /** How much is free on the data folder's disk. Any thread; asks the system. */
  public long freeBytes() {
    return freeSpace.bytes();
  }

  @Override
  public boolean pass(CommittedEvent ephemeral) {
    assert ephemeral.kind() == CommittedEvent.Kind.EPHEMERAL : "kind: " + ephemeral.kind();
    return queue.tryPass(ephemeral) == AppendQueue.Offer.TAKEN;
  }

  @Override
  public List<CommittedEvent> read(ConversationId conversation, long afterSequence, int maxBytes) {
    return reader.read(conversation, afterSequence, Page.ofEvents(maxBytes));
  }

  @Override
  public List<LogEntry> readEntries(ConversationId conversation, long afterSequence, int maxBytes) {
    return reader.read(conversation, afterSequence, Page.ofEntries(maxBytes));
  }

  @Override
  public Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind) {
    return reader.memo(conversation, kind);
  }

  @Override
  public List<CommittedEvent> readAll(long afterPosition, int maxBytes) {
    return reader.readAll(afterPosition, Page.ofEvents(maxBytes));
  }

  @Override
  public long lastPosition() {
    return heads.lastPosition();
  }

  @Override
  public Optional<Head> head(ConversationId conversation) {
    return heads.find(conversation);
  }

  @Override
  public List<Head> heads(HeadQuery query) {
    return reader.heads(query);
  }

  /**
   * Removes ended conversations as configured, from now until what this gives is closed, which must
   * be before the log is.
   *
   * @param timeOf when an entry was stamped
   * @param threads makes the one thread that does it
   */
  public AutoCloseable retain(
      RetentionConfig config,
      Clock clock,
      Function<LogEntry, Instant> timeOf,
      ThreadFactory threads) {
    return new RetentionDriver(retention(config, clock, timeOf), threads);
  }

  Retention retention(RetentionConfig config, Clock clock, Function<LogEntry, Instant> timeOf) {
    Retention.Surroundings surroundings =
        new Retention.Surroundings(clock, timeOf, freeSpace::beyondReserve);
    return new Retention(database, heads, config, surroundings);
  }

  long tableBytes() {
    return database.query(Database::tableBytes);
  }

  @Override
  public void close() {
    driver.finish();
    database.close();
  }
}
