package dev.sideband.cli.torture;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small disk in memory that can be filled and freed under the log.
 *
 * <p>Filling leaves less than {@link #MIN_FREE} and more than RocksDB needs to flush what it holds:
 * the log is to stop before its disk is full.
 *
 * <p><b>Threads.</b> {@link #fill}, {@link #free} by one; {@link #close} by any, any number of
 * times.
 */
final class Disk implements AutoCloseable {
  /** What the server is to be told as {@code log.rocksdb.min-free}. */
  static final String MIN_FREE = "160MiB";

  private static final long LEFT_BYTES = 110L << 20;
  private static final int BASE_MIB = 640;
  private static final int MIB_A_MINUTE = 96;
  private static final int BLOCK = 1 << 20;

  private final Path at;
  private final Path filler;
  private boolean mounted = true;

  private Disk(Path at) {
    this.at = at;
    this.filler = at.resolve("filler");
  }

  /** Mounts one at an existing folder, with room for so long; empty where that is not allowed. */
  static Optional<Disk> tryMount(Path at, long minutes) {
    String size = "size=" + (BASE_MIB + MIB_A_MINUTE * minutes) + "m,mode=0700";
    boolean mounted = worked("mount", "-t", "tmpfs", "-o", size, "sideband-torture", at.toString());
    return mounted ? Optional.of(new Disk(at)) : Optional.empty();
  }

  private static boolean worked(String... command) {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes nearly all that is free. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[BLOCK];
      while (Files.getFileStore(at).getUsableSpace() > LEFT_BYTES) {
        out.write(block);
      }
    } catch (IOException e) {
      throw failed("filled", e);
    }
  }

  void free() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw failed("freed", e);
    }
  }

  private CliException failed(String what, IOException e) {
    return new CliException(
        ExitCode.FAILED, e, "the disk at " + at + " could not be " + what + ": " + e.getMessage());
  }

  /** Copies what is on it to where it outlives it. */
  boolean isCopiedTo(Path folder) {
    return worked("cp", "-a", at.toString(), folder.toString());
  }

  /** Unmounts it; whoever still holds a file of it keeps that. */
  @Override
  public synchronized void close() {
    if (mounted) {
      mounted = !worked("umount", "-l", at.toString());
    }
  }
}
