package dev.sideband.server.log.rocksdb;

import static java.util.Objects.requireNonNull;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The one owner of RocksDB's objects.
 *
 * <p><b>Threads.</b> Any thread may call; the log writer reopens. Closing and reopening wait for
 * queries and writes under way, and a closed one refuses later ones: touching a closed database
 * would end the process with a segmentation fault.
 */
final class Database implements FreeSpace.Engine, AutoCloseable {

  /** Something asked of the open database. Must close the iterators it makes. */
  @FunctionalInterface
  interface Query<T> {
    T run(Database open) throws RocksDBException;
  }

  private static final byte[] PROBE_KEY = "probe".getBytes(StandardCharsets.US_ASCII);

  /** What one opening made, in the order in which it is closed. */
  record Opened(Map<Family, ColumnFamilyHandle> handles, RocksDB db, NativeOptions options)
      implements AutoCloseable {
    @Override
    public void close() {
      handles.values().forEach(ColumnFamilyHandle::close);
      db.close();
      options.close();
    }
  }

  private final Supplier<Opened> opener;
  private final ReentrantReadWriteLock guard = new ReentrantReadWriteLock();
  private volatile @Nullable Opened opened;
  private volatile long forgivenErrors;
  private boolean closed;

  /**
   * Opens.
   *
   * @param opener asked now, and at every reopening
   * @throws EventLogException as the opener does
   */
  Database(Supplier<Opened> opener) {
    this.opener = opener;
    this.opened = opener.get();
  }

  /**
   * Runs a query while the database cannot be closed.
   *
   * @throws EventLogException UNAVAILABLE if it is closed or did not answer, CORRUPT if what is
   *     stored is damaged
   */
  <T> T query(Query<T> query) {
    Lock lock = guard.readLock();
    lock.lock();
    try {
      var unused = opened();
      return query.run(this);
    } catch (RocksDBException e) {
      throw readFailure(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a batch, all or nothing.
   *
   * @throws RocksDBException if it is not certain that the batch was written: nor is it certain
   *     that it was not
   */
  void write(WriteBatch batch, boolean sync) throws RocksDBException {
    Lock lock = guard.readLock();
    lock.lock();
    try (WriteOptions writing = new WriteOptions().setSync(sync)) {
      opened().db().write(writing, batch);
    } finally {
      lock.unlock();
    }
  }

  /** Reads all tables, in a {@link Query} only; throws at the first damage. */
  void verifyChecksums() throws RocksDBException {
    opened().db().verifyChecksum();
  }

  /** Has the write buffers written to tables; does not wait for it. */
  void requestFlush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(false)) {
      opened().db().flush(options, List.copyOf(opened().handles().values()));
    }
  }

  /** Something that fills a batch. */
  @FunctionalInterface
  interface Update {
    void fill(Database open, WriteBatch batch) throws RocksDBException;
  }

  /**
   * Writes a batch that nobody waits for: unsynced, and behind others when compaction is behind.
   *
   * @throws EventLogException UNAVAILABLE if it is closed or could not be written
   */
  void update(Update update) {
    Lock lock = guard.readLock();
    lock.lock();
    try (WriteOptions writing = new WriteOptions().setLowPri(true);
        WriteBatch batch = new WriteBatch()) {
      update.fill(this, batch);
      opened().db().write(writing, batch);
    } catch (RocksDBException e) {
      throw new EventLogException(
          Kind.UNAVAILABLE, "event log: " + e.getMessage() + " (expected: to be written)", e);
    } finally {
      lock.unlock();
    }
  }

  /** Rewrites the tables of events without what was removed; in a {@link Query} only. */
  void compact(CompactRangeOptions options) throws RocksDBException {
    for (Family family : List.of(Family.EVENTS, Family.COMMITS)) {
      opened().db().compactRange(handle(family), null, null, options);
    }
  }

  /** How big tables and write buffers are; in a {@link Query} only. */
  long tableBytes() throws RocksDBException {
    long bytes = 0;
    for (ColumnFamilyHandle handle : opened().handles().values()) {
      bytes += opened().db().getLongProperty(handle, "rocksdb.live-sst-files-size");
      bytes += opened().db().getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
    }
    return bytes;
  }

  /** In a {@link Query} only. */
  byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
    return has(family) ? opened().db().get(handle(family), key) : null;
  }

  /** False for what a folder of an older format lacks, while it is open for reading only. */
  boolean has(Family family) {
    return opened().handles().containsKey(family);
  }

  /** In a {@link Query} only, which closes it. */
  RocksIterator iterator(Family family) {
    return opened().db().newIterator(handle(family));
  }

  /** In a {@link Query}, or on the log writer's thread, which is the one that reopens. */
  ColumnFamilyHandle handle(Family family) {
    return requireNonNull(opened().handles().get(family));
  }

  private Opened opened() {
    Opened now = opened;
    if (now == null) {
      throw new EventLogException(Kind.UNAVAILABLE, "event log: closed (expected: open)");
    }
    return now;
  }

  /**
   * Whether work in the background failed since the database was opened or last resumed, as RocksDB
   * counts it. (Its listeners would say more, but die in Java of the reason for a failed flush.)
   */
  @Override
  public boolean isStopped() {
    try {
      return query(open -> backgroundErrors() > forgivenErrors);
    } catch (EventLogException e) {
      return true;
    }
  }

  @Override
  public boolean tryResume() {
    try (WriteBatch probe = new WriteBatch()) {
      long errors = query(open -> backgroundErrors());
      probe.put(PROBE_KEY, new byte[0]);
      write(probe, true);
      forgivenErrors = errors;
      return true;
    } catch (RocksDBException | EventLogException e) {
      return false;
    }
  }

  private long backgroundErrors() throws RocksDBException {
    return opened().db().getLongProperty("rocksdb.background-errors");
  }

  @Override
  public void reopen() {
    Lock lock = guard.writeLock();
    lock.lock();
    try {
      if (!closed) {
        release();
        forgivenErrors = 0;
        opened = opener.get();
      }
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    Opened now = opened;
    opened = null;
    if (now != null) {
      now.close();
    }
  }

  static EventLogException readFailure(RocksDBException e) {
    Status status = e.getStatus();
    boolean damaged = status != null && status.getCode() == Status.Code.Corruption;
    return new EventLogException(
        damaged ? Kind.CORRUPT : Kind.UNAVAILABLE,
        "event log: " + e.getMessage() + " (expected: an answer)",
        e);
  }

  @Override
  public void close() {
    Lock lock = guard.writeLock();
    lock.lock();
    try {
      closed = true;
      release();
    } finally {
      lock.unlock();
    }
  }
}
