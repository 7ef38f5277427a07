package dev.sideband.server.log.rocksdb;

import java.io.File;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * What the log asks of the machine.
 *
 * @param usableBytes free on the data folder's disk
 * @param nanoTime a monotonic clock
 */
record Machine(LongSupplier usableBytes, LongSupplier nanoTime) {

  /** The one that the folder is on. */
  static Machine under(Path folder) {
    // Not by FileStore, which wants the folder's mount point, and a chroot's may have none to show.
    File file = folder.toFile();
    return new Machine(file::getUsableSpace, System::nanoTime);
  }
}
