package dev.sideband.server.log.rocksdb;

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

  private final Path folder;
  private final long least;
  private boolean lacking;

  FreeSpace(Path folder, long least) {
    this.folder = folder;
    this.least = least;
  }

  /** Why nothing can be written now, if so. */
  Optional<String> lack() {
    Optional<String> lack = measure();
    if (lack.isPresent() && !lacking) {
      LOG.warn("The log refuses appends: {}", lack.get());
    } else if (lack.isEmpty() && lacking) {
      LOG.info("The log takes appends again: there is space");
    }
    lacking = lack.isPresent();
    return lack;
  }

  private Optional<String> measure() {
    // Not by FileStore, which wants the folder's mount point, and a chroot's may have none to show.
    long free = folder.toFile().getUsableSpace();
    return free >= least
        ? Optional.empty()
        : Optional.of("free space: %d bytes (expected: at least %d)".formatted(free, least));
  }
}
