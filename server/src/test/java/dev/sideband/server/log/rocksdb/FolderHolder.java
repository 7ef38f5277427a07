package dev.sideband.server.log.rocksdb;

import java.io.IOException;
import java.nio.file.Path;

/** A process that has a data folder, until it is killed. */
final class FolderHolder {
  static final String READY = "holding, epoch 1";

  private FolderHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (RocksDbEventLog log = Logs.open(Path.of(arguments[0]), event -> {})) {
      System.out.println("holding, epoch " + log.epoch());
      // Ends when the parent does, too.
      int end = System.in.read();
      assert end == -1;
    }
  }
}
