package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps servers off a data folder while it is read: a database that is opened for reading takes no
 * lock of its own. Several readers may hold one.
 *
 * <p>Must not be taken in a process that has the folder open for writing: such locks are a
 * process's, and closing this one would let go of the other.
 */
final class FolderLock implements AutoCloseable {
  private final Optional<FileChannel> file;

  private FolderLock(Optional<FileChannel> file) {
    this.file = file;
  }

  /**
   * Takes it; a folder that was copied without its lock file is nobody's.
   *
   * @throws EventLogException LOCKED if a server has the folder, INACCESSIBLE if it cannot be read
   */
  static FolderLock take(Path folder) {
    Path file = folder.resolve("LOCK");
    if (!Files.exists(file)) {
      return new FolderLock(Optional.empty());
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      if (lock == null) {
        close(channel);
        throw DataFolder.inUse(folder, null);
      }
      return new FolderLock(Optional.of(channel));
    } catch (IOException e) {
      close(channel);
      throw new EventLogException(
          Kind.INACCESSIBLE,
          "data folder: %s: %s (expected: a folder that can be read)"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // It was open for reading only: nothing is lost.
    }
  }

  @Override
  public void close() {
    file.ifPresent(FolderLock::close);
  }
}
