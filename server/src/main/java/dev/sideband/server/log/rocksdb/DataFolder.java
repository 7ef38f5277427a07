package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;

/**
 * The folder that a log is in: opens it, knows its format, counts its openings. Every failure is an
 * {@link EventLogException} that names the folder and says what to do.
 */
final class DataFolder {
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EPOCH_KEY = "epoch".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT = "sideband-log 2".getBytes(StandardCharsets.US_ASCII);
  // Without memos. Opened for writing it becomes the newer one: what wrote it would let them rot.
  private static final byte[] OLDER = "sideband-log 1".getBytes(StandardCharsets.US_ASCII);

  private final Path path;
  private TornTails torn = TornTails.NONE;

  DataFolder(Path path) {
    this.path = path;
  }

  /** Opens the folder, making it if it is missing. */
  Database open(Optional<Statistics> statistics) {
    RocksDB.loadLibrary();
    return new Database(() -> openOnce(statistics));
  }

  /**
   * Opens the folder, which must be there, so that nothing in it changes. Takes no lock.
   *
   * @throws EventLogException if it is of an unknown format or cannot be read
   */
  Database openForReading() {
    RocksDB.loadLibrary();
    torn = tornTails();
    NativeOptions options = NativeOptions.forReading();
    Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db = null;
    try {
      List<ColumnFamilyDescriptor> families = families(options);
      String at = NativeOptions.nativePath(path);
      db = RocksDB.openReadOnly(options.database(), at, families, opened);
      requireKnownFormat(db, opened);
      for (ColumnFamilyHandle handle : opened) {
        handles.put(Family.of(handle.getName()).orElseThrow(), handle);
      }
      Database.Opened all = new Database.Opened(handles, db, options);
      return new Database(() -> all);
    } catch (RocksDBException e) {
      release(db, opened, options);
      throw openFailure(e);
    } catch (EventLogException e) {
      release(db, opened, options);
      throw e;
    }
  }

  /** Demands that a server has written the folder. */
  void requireExisting() {
    if (!Files.isRegularFile(path.resolve("CURRENT"))) {
      throw new EventLogException(
          Kind.INACCESSIBLE, "data folder: " + path + " (expected: one that a server has written)");
    }
  }

  private Database.Opened openOnce(Optional<Statistics> statistics) {
    NativeOptions options = new NativeOptions(statistics);
    Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db = null;
    try {
      makeFolder();
      torn = tornTails();
      List<ColumnFamilyDescriptor> families = families(options);
      db = RocksDB.open(options.database(), NativeOptions.nativePath(path), families, opened);
      requireKnownFormat(db, opened);
      complete(db, opened, options, handles);
      torn.report();
      return new Database.Opened(handles, db, options);
    } catch (RocksDBException e) {
      release(db, opened, options);
      throw openFailure(e);
    } catch (EventLogException e) {
      release(db, opened, options);
      throw e;
    }
  }

  /** Counts one more opening, durably. */
  long nextEpoch(Database database) {
    long epoch = 1 + database.query(DataFolder::storedEpoch);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(EPOCH_KEY, ByteBuffer.allocate(Long.BYTES).putLong(epoch).array());
      torn.note(batch, database, epoch);
      database.write(batch, true);
    } catch (RocksDBException e) {
      throw openFailure(e);
    }
    return epoch;
  }

  /** What the opening cut off, or the next one will. */
  TornTails torn() {
    return torn;
  }

  /** How many bytes its files have. */
  long bytesOnDisk() {
    try (Stream<Path> files = Files.list(path)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw inaccessible(e);
    }
  }

  private TornTails tornTails() {
    try {
      return TornTails.in(path);
    } catch (IOException e) {
      throw inaccessible(e);
    }
  }

  static long storedEpoch(Database open) throws RocksDBException {
    byte @Nullable [] stored = open.get(Family.META, EPOCH_KEY);
    return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
  }

  private void makeFolder() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw inaccessible(e);
    }
    if (!Files.isWritable(path)) {
      throw new EventLogException(
          Kind.INACCESSIBLE, "data folder: " + path + " (expected: a folder that can be written)");
    }
  }

  /** What is there, or {@code default} alone in a new folder; RocksDB wants all of it opened. */
  private List<ColumnFamilyDescriptor> families(NativeOptions options) throws RocksDBException {
    List<byte[]> names = List.of(RocksDB.DEFAULT_COLUMN_FAMILY);
    if (Files.exists(path.resolve("CURRENT"))) {
      try (Options listing = new Options()) {
        names = RocksDB.listColumnFamilies(listing, NativeOptions.nativePath(path));
      }
    }
    return names.stream()
        .map(
            name ->
                new ColumnFamilyDescriptor(
                    name, Family.of(name).map(options::family).orElseGet(options::stranger)))
        .toList();
  }

  private void requireKnownFormat(RocksDB db, List<ColumnFamilyHandle> opened)
      throws RocksDBException {
    byte @Nullable [] format = db.get(FORMAT_KEY);
    if (format == null
        ? !isEmpty(db, opened)
        : !Arrays.equals(format, FORMAT) && !Arrays.equals(format, OLDER)) {
      throw new EventLogException(
          Kind.FORMAT_UNKNOWN,
          "data folder: %s has format '%s' (expected: '%s'; use the version that wrote it, or another folder)"
              .formatted(path, format == null ? "none" : text(format), text(FORMAT)));
    }
  }

  /** Whether nothing was ever stored: the first opening may have died half-way. */
  private static boolean isEmpty(RocksDB db, List<ColumnFamilyHandle> opened)
      throws RocksDBException {
    for (ColumnFamilyHandle handle : opened) {
      if (Family.of(handle.getName()).isEmpty()) {
        return false;
      }
      try (RocksIterator rows = db.newIterator(handle)) {
        rows.seekToFirst();
        if (rows.isValid()) {
          return false;
        }
      }
    }
    return true;
  }

  private static void complete(
      RocksDB db,
      List<ColumnFamilyHandle> opened,
      NativeOptions options,
      Map<Family, ColumnFamilyHandle> handles)
      throws RocksDBException {
    for (ColumnFamilyHandle handle : opened) {
      handles.put(Family.of(handle.getName()).orElseThrow(), handle);
    }
    for (Family family : Family.values()) {
      if (!handles.containsKey(family)) {
        ColumnFamilyHandle made =
            db.createColumnFamily(
                new ColumnFamilyDescriptor(family.storedName(), options.family(family)));
        opened.add(made);
        handles.put(family, made);
      }
    }
    // Last, so that a folder with a format has all its families.
    db.put(FORMAT_KEY, FORMAT);
  }

  private static void release(
      @Nullable RocksDB db, List<ColumnFamilyHandle> opened, NativeOptions options) {
    opened.forEach(ColumnFamilyHandle::close);
    if (db != null) {
      db.close();
    }
    options.close();
  }

  private EventLogException openFailure(RocksDBException e) {
    Status status = e.getStatus();
    String message = String.valueOf(e.getMessage());
    if (message.contains("While lock file") || message.contains("lock hold by current process")) {
      return inUse(path, e);
    }
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new EventLogException(
          Kind.CORRUPT, "data folder: %s is damaged: %s".formatted(path, message), e);
    }
    return inaccessible(e);
  }

  static EventLogException inUse(Path path, @Nullable Exception cause) {
    String message =
        "data folder: %s is in use (expected: no other server on it; stop that one, or choose another folder)"
            .formatted(path);
    return cause == null
        ? new EventLogException(Kind.LOCKED, message)
        : new EventLogException(Kind.LOCKED, message, cause);
  }

  private EventLogException inaccessible(Exception cause) {
    return new EventLogException(
        Kind.INACCESSIBLE,
        "data folder: %s: %s (expected: a folder that can be read and written)"
            .formatted(path, cause.getMessage()),
        cause);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
