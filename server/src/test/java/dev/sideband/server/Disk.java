package dev.sideband.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The disk under a folder, asked for the least that a durable event can cost. One thread. */
final class Disk implements AutoCloseable {
  private static final int EVENT_BYTES = 300;

  private final FileChannel file;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(EVENT_BYTES);

  private Disk(FileChannel file) {
    this.file = file;
  }

  static Disk in(Path folder) throws IOException {
    return new Disk(
        FileChannel.open(
            folder.resolve("floor"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Appends an event's worth of bytes and forces them down; tells how many nanoseconds it took. */
  long force() throws IOException {
    long before = System.nanoTime();
    file.write(bytes.clear());
    file.force(false);
    return System.nanoTime() - before;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
