package dev.sideband.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is its owner's only, and is gone with all that is in it when this is closed. */
final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /**
   * @throws ConfigException if there is no place for it
   */
  static TemporaryFolder make(String prefix) {
    try {
      return new TemporaryFolder(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw ConfigException.of(
          "temporary folder: cannot be made in %s: %s (expected: a folder that can be written to;"
                  .formatted(System.getProperty("java.io.tmpdir"), e.getMessage())
              + " SIDEBAND_JAVA_OPTS=-Djava.io.tmpdir=DIR names another)");
    }
  }

  Path path() {
    return path;
  }

  /** Deletes as much of it as can be; what stays behind harms nobody, and the system clears it. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Somebody else has deleted it.
    } catch (IOException | UncheckedIOException e) {
      System.err.println("sideband: " + path + " could not be deleted: " + e.getMessage());
    }
  }
}
