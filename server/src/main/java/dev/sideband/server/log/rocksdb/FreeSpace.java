package dev.sideband.server.log.rocksdb;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that the disk keeps room. Looked at before each batch, because a write that fails for
 * want of space halfway leaves a doubt that only halting resolves.
 *
 * <p><b>Threads.</b> The log writer's alone.
 */
final class FreeSpace {
  private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

  private final FileStore disk;
  private final long least;
  private boolean lacking;

  private FreeSpace(FileStore disk, long least) {
    this.disk = disk;
    this.least = least;
  }

  static FreeSpace of(Path folder, long least) throws IOException {
    return new FreeSpace(Files.getFileStore(folder), least);
  }

  /** Why nothing can be written now, if so. */
  Optional<String> lack() {
    Optional<String> lack = measure();
    if (lack.isPresent() && !lacking) {
      LOG.warn("The log refuses appends: {}", lack.get());
    } else if (lack.isEmpty() && lacking) {
      LOG.warn("The log takes appends again: there is space");
    }
    lacking = lack.isPresent();
    return lack;
  }

  private Optional<String> measure() {
    try {
      long free = disk.getUsableSpace();
      return free >= least
          ? Optional.empty()
          : Optional.of("free space: %d bytes (expected: at least %d)".formatted(free, least));
    } catch (IOException e) {
      return Optional.of("free space: unknown (expected: at least %d bytes)".formatted(least));
    }
  }
}
