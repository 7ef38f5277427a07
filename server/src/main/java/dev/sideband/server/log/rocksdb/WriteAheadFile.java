package dev.sideband.server.log.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Finds where a write-ahead file of RocksDB stops making sense. RocksDB replays it up to there and
 * drops the rest without a word, so it must be looked at before the database is opened.
 *
 * <p>Source: RocksDB's "Write Ahead Log File Format": blocks of 32 KiB; in them records with a
 * header of masked CRC-32C (4 bytes), length (2) and type (1), little-endian, the checksum being
 * over type and content; a write is one full record, or a first, middle ones and a last.
 */
final class WriteAheadFile {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;

  /**
   * A file that does not end with a whole write.
   *
   * @param wholeBytes up to the end of the last whole write before the damage
   * @param tornBytes from there to the end of the file
   * @param laterWrites whole writes found after the damage: a torn tail has none
   */
  record Torn(Path file, long wholeBytes, long tornBytes, long laterWrites) {}

  private final FileChannel channel;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long blockStart;
  private boolean insideWrite;
  private boolean torn;
  private long wholeBytes;
  private long laterWrites;

  private WriteAheadFile(FileChannel channel) {
    this.channel = channel;
  }

  /** The torn ones of a data folder, oldest first; none if there is no such folder. */
  static List<Torn> tornIn(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "[0-9]*.log")) {
      logs.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<Torn> found = new ArrayList<>();
    for (Path file : files.stream().sorted().toList()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        WriteAheadFile log = new WriteAheadFile(channel);
        log.scan();
        long tornBytes = channel.size() - log.wholeBytes;
        if (tornBytes > 0) {
          found.add(new Torn(file, log.wholeBytes, tornBytes, log.laterWrites));
        }
      }
    }
    return found;
  }

  private void scan() throws IOException {
    while (readBlock()) {
      while (block.remaining() >= HEADER_BYTES && readRecord()) {
        if (!torn && !insideWrite) {
          wholeBytes = blockStart + block.position();
        }
      }
      if (!torn && !insideWrite && block.limit() == BLOCK_BYTES) {
        // What is too short for a header at a block's end is padding.
        wholeBytes = blockStart + BLOCK_BYTES;
      }
      blockStart += block.limit();
    }
  }

  private boolean readBlock() throws IOException {
    block.clear();
    int read = 0;
    while (block.hasRemaining() && read >= 0) {
      read = channel.read(block);
    }
    block.flip();
    return block.hasRemaining();
  }

  /** False if the rest of the block cannot be read. */
  private boolean readRecord() {
    int checksum = block.getInt();
    int length = block.getShort() & 0xffff;
    int type = block.get();
    if (length > block.remaining() || checksum != checksum(length)) {
      torn = true;
      insideWrite = false;
      return false;
    }
    block.position(block.position() + length);
    boolean completes = type == FULL || (type == LAST && insideWrite);
    insideWrite = type == FIRST || (insideWrite && !completes);
    if (torn && completes) {
      laterWrites++;
    }
    return true;
  }

  /** Of the type, which was just read, and the content after it; masked as RocksDB does. */
  private int checksum(int length) {
    CRC32C crc = new CRC32C();
    crc.update(block.array(), block.position() - 1, length + 1);
    int plain = (int) crc.getValue();
    return Integer.rotateRight(plain, 15) + 0xa282ead8;
  }
}
