package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.rocksdb.Verification.Cuts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a data folder's write-ahead files end with and RocksDB drops when it opens them: it is said
 * once, and noted in the folder.
 */
record TornTails(List<WriteAheadFile.Torn> files) {
  static final TornTails NONE = new TornTails(List.of());

  private static final Logger LOG = LoggerFactory.getLogger(TornTails.class);
  private static final byte[] CUTS_KEY = "cuts".getBytes(StandardCharsets.US_ASCII);

  /** To be called before the folder is opened. */
  static TornTails in(Path folder) throws IOException {
    return new TornTails(WriteAheadFile.tornIn(folder));
  }

  long bytes() {
    return files.stream().mapToLong(WriteAheadFile.Torn::tornBytes).sum();
  }

  /** Tells the operator, after an opening that cut them off. */
  void report() {
    files.forEach(TornTails::report);
  }

  private static void report(WriteAheadFile.Torn tail) {
    String where = "%s, byte %d".formatted(tail.file().getFileName(), tail.wholeBytes());
    if (tail.laterWrites() == 0) {
      LOG.warn(
          "The log's last {} bytes ({}) were never completely written, as after power loss, and are"
              + " cut off; with log.rocksdb.sync nothing in them was ever reported as recorded",
          tail.tornBytes(),
          where);
    } else {
      LOG.error(
          "The log is damaged ({}): {} bytes are cut off, and with them {} whole writes, which may"
              + " have been reported as recorded; restore a copy, or go on without them",
          where,
          tail.tornBytes(),
          tail.laterWrites());
    }
  }

  /** Adds to a batch, which the opening of that epoch writes, that they were cut off. */
  void note(WriteBatch batch, Database database, long epoch) throws RocksDBException {
    if (!files.isEmpty()) {
      Cuts before = database.query(TornTails::cuts);
      batch.put(CUTS_KEY, row(new Cuts(before.times() + 1, before.bytes() + bytes(), epoch)));
    }
  }

  private static byte[] row(Cuts cuts) {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(cuts.times())
        .putLong(cuts.bytes())
        .putLong(cuts.lastOpening())
        .array();
  }

  /** What openings have cut off. */
  static Cuts cuts(Database open) throws RocksDBException {
    byte @Nullable [] stored = open.get(Family.META, CUTS_KEY);
    if (stored == null) {
      return Cuts.NONE;
    }
    ByteBuffer row = ByteBuffer.wrap(stored);
    return new Cuts(row.getLong(), row.getLong(), row.getLong());
  }
}
