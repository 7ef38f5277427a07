package dev.sideband.server.log.rocksdb;

import java.nio.file.Path;

/**
 * How the embedded log stores.
 *
 * @param path the data folder; made if it is missing
 * @param sync whether a batch is forced to disk before it is reported; without it an append
 *     survives the death of the process, not that of the machine
 * @param minFree bytes that must be free on the disk; with less, appends are refused before
 *     anything is written, but for urgent ones, which may use half of it
 * @param queueItems how many appends and ephemeral events may wait; more are refused
 * @param queueBytes how many bytes of events may wait; more are refused
 */
public record RocksDbConfig(
    Path path, boolean sync, long minFree, int queueItems, long queueBytes) {

  /** The least {@link #queueBytes}: room for an event of the greatest size, and its neighbour. */
  public static final long LEAST_QUEUE_BYTES = 4L << 20;

  public RocksDbConfig {
    require(minFree >= 0, "minFree", minFree, "0 or more");
    require(queueItems >= 16, "queueItems", queueItems, "16 or more");
    require(
        queueBytes >= LEAST_QUEUE_BYTES, "queueBytes", queueBytes, LEAST_QUEUE_BYTES + " or more");
  }

  /** What RocksDB may have to write at once to go on: its buffers, and their write-ahead files. */
  private static final long BREATH_BYTES = 2 * NativeOptions.WRITE_BUFFERS_BYTES;

  /**
   * Synced, 256 MiB or twice the write buffers kept free, at most 16,384 appends or 32 MiB waiting.
   */
  public static RocksDbConfig at(Path path) {
    return new RocksDbConfig(path, true, Math.max(256L << 20, BREATH_BYTES), 16_384, 32L << 20);
  }

  private static void require(boolean holds, String name, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s: %d (expected: %s)".formatted(name, value, expected));
    }
  }
}
