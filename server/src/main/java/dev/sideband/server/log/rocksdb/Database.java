package dev.sideband.server.log.rocksdb;

import static java.util.Objects.requireNonNull;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The one owner of RocksDB's objects.
 *
 * <p><b>Threads.</b> Any thread may call. Closing waits for queries and writes under way and
 * refuses later ones: touching a closed database would end the process with a segmentation fault.
 */
final class Database implements AutoCloseable {

  /** Something asked of the open database. Must close the iterators it makes. */
  @FunctionalInterface
  interface Query<T> {
    T run(Database open) throws RocksDBException;
  }

  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> handles;
  private final NativeOptions options;
  private final ReentrantReadWriteLock guard = new ReentrantReadWriteLock();
  private boolean closed;

  /** Takes over what it is given. */
  Database(RocksDB db, Map<Family, ColumnFamilyHandle> handles, NativeOptions options) {
    this.db = db;
    this.handles = handles;
    this.options = options;
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
      requireOpen();
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
      requireOpen();
      db.write(writing, batch);
    } finally {
      lock.unlock();
    }
  }

  /** In a {@link Query} only. */
  byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
    return db.get(handle(family), key);
  }

  /** In a {@link Query} only, which closes it. */
  RocksIterator iterator(Family family) {
    return db.newIterator(handle(family));
  }

  ColumnFamilyHandle handle(Family family) {
    return requireNonNull(handles.get(family));
  }

  private void requireOpen() {
    if (closed) {
      throw new EventLogException(Kind.UNAVAILABLE, "event log: closed (expected: open)");
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
      if (!closed) {
        closed = true;
        handles.values().forEach(ColumnFamilyHandle::close);
        db.close();
        options.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
