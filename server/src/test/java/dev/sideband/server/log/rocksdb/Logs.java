package dev.sideband.server.log.rocksdb;

import static java.util.Objects.requireNonNull;

import dev.sideband.server.log.CommittedEventListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.WriteBatch;

/** Opens logs for tests, which end when a log says that it must not go on. */
final class Logs {
  private Logs() {}

  static RocksDbEventLog open(Path folder, CommittedEventListener listener) {
    return open(RocksDbConfig.at(folder), listener, Optional.empty());
  }

  static RocksDbEventLog open(
      RocksDbConfig config, CommittedEventListener listener, Optional<Statistics> statistics) {
    FatalErrorHandler fatal =
        cause -> {
          throw new AssertionError("the log must not go on", cause);
        };
    return RocksDbEventLog.open(
        config,
        listener,
        fatal,
        new RocksDbEventLog.Surroundings(Logs::writer, Machine.under(config.path()), statistics));
  }

  static Thread writer(Runnable work) {
    return new Thread(work, "log-writer");
  }

  /** Changes a stored row behind the log's back. */
  static void tamper(Path folder, Family family, byte[] key, UnaryOperator<byte[]> change)
      throws RocksDBException {
    try (Database database = new DataFolder(folder).open(Optional.empty());
        WriteBatch batch = new WriteBatch()) {
      byte[] row = database.query(open -> requireNonNull(open.get(family, key)));
      batch.put(database.handle(family), key, change.apply(row));
      database.write(batch, true);
    }
  }

  /** Removes a stored row behind the log's back. */
  static void remove(Path folder, Family family, byte[] key) throws RocksDBException {
    try (Database database = new DataFolder(folder).open(Optional.empty());
        WriteBatch batch = new WriteBatch()) {
      batch.delete(database.handle(family), key);
      database.write(batch, true);
    }
  }

  /**
   * Starts a process of the same Java and class path. A killed one leaves its native library
   * behind: in the test's folder, which is removed.
   */
  static Process start(Class<?> main, Path temporary, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
