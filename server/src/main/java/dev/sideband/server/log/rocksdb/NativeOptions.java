package dev.sideband.server.log.rocksdb;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.RocksObject;
import org.rocksdb.Statistics;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB's settings, where its own defaults do not fit, and the native objects that hold them.
 * Must outlive the database, and is closed by its owner after it.
 */
final class NativeOptions implements AutoCloseable {
  // The cap on native memory: write buffers are charged to the block cache.
  private static final long CACHE_BYTES = 96L << 20;
  static final long WRITE_BUFFERS_BYTES = 40L << 20;

  private static final long EVENTS_BUFFER_BYTES = 16L << 20;
  private static final long COMMITS_BUFFER_BYTES = 8L << 20;
  private static final long CHECKPOINTS_BUFFER_BYTES = 4L << 20;
  // Small ones, so that what ended conversations leave behind in them is soon compacted away.
  private static final long INDEX_BUFFER_BYTES = 2L << 20;

  // Families that are seldom flushed hold old write-ahead files back, up to this.
  private static final long WAL_BYTES = 64L << 20;
  private static final int BLOOM_BITS_PER_KEY = 10;

  private final Deque<RocksObject> owned = new ArrayDeque<>();
  private final Map<Family, ColumnFamilyOptions> families = new EnumMap<>(Family.class);
  private final DBOptions database;
  private final Quiet quiet = new Quiet();

  NativeOptions(Optional<Statistics> statistics) {
    Cache cache = own(new LRUCache(CACHE_BYTES));
    BloomFilter bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY));
    for (Family family : Family.values()) {
      families.put(family, family(family, cache, bloom));
    }
    database = database(own(new WriteBufferManager(WRITE_BUFFERS_BYTES, cache)));
    statistics.ifPresent(database::setStatistics);
  }

  /** For a database that is opened for reading only: RocksDB writes no log of its own then. */
  static NativeOptions forReading() {
    NativeOptions options = new NativeOptions(Optional.empty());
    options.database.setLogger(options.quiet);
    return options;
  }

  /** Hears RocksDB's own log and keeps it to itself. */
  private static final class Quiet extends Logger {
    Quiet() {
      super(InfoLogLevel.FATAL_LEVEL);
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
      // What matters of it comes as an exception.
    }
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions family(Family family) {
    return requireNonNull(families.get(family));
  }

  /** For a table of a format that is not ours, opened only to find that out. */
  ColumnFamilyOptions stranger() {
    return own(new ColumnFamilyOptions());
  }

  static String nativePath(Path folder) {
    return folder.toAbsolutePath().toString();
  }

  private DBOptions database(WriteBufferManager buffers) {
    return own(new DBOptions())
        .setCreateIfMissing(true)
        .setWriteBufferManager(buffers)
        // What a torn tail loses was never synced, so never reported.
        // Checksums of blocks are verified on every read, and damage stops writing.
        .setParanoidChecks(true)
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setMaxTotalWalSize(WAL_BYTES)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(512)
        .setMaxLogFileSize(1L << 20)
        .setKeepLogFileNum(2)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private ColumnFamilyOptions family(Family family, Cache cache, BloomFilter bloom) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(bloom);
    return own(new ColumnFamilyOptions())
        .setTableFormatConfig(table)
        .setWriteBufferSize(writeBufferBytes(family))
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  private static long writeBufferBytes(Family family) {
    return switch (family) {
      case EVENTS -> EVENTS_BUFFER_BYTES;
      case COMMITS -> COMMITS_BUFFER_BYTES;
      case CHECKPOINTS -> CHECKPOINTS_BUFFER_BYTES;
      case META, HEADS, LIVE, STARTED, OWNED, BOOKMARKS -> INDEX_BUFFER_BYTES;
    };
  }

  private <T extends RocksObject> T own(T object) {
    owned.push(object);
    return object;
  }

  @Override
  public void close() {
    owned.forEach(RocksObject::close);
    quiet.close();
  }
}
