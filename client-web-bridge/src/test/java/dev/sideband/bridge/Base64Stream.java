package dev.sideband.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/** Decodes base64 while it comes in, group by group; each group may be padded. */
final class Base64Stream extends InputStream {
  private final InputStream text;
  private byte[] group = new byte[0];
  private int read;

  Base64Stream(InputStream text) {
    this.text = text;
  }

  @Override
  public int read() throws IOException {
    if (read == group.length) {
      byte[] next = text.readNBytes(4);
      if (next.length == 0) {
        return -1;
      }
      group = Base64.getDecoder().decode(next);
      read = 0;
    }
    return group[read++] & 0xFF;
  }

  /** One group at most: to wait for a second one would hold back the first. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int first = read();
    if (first < 0) {
      return -1;
    }
    into[offset] = (byte) first;
    int more = Math.min(length - 1, group.length - read);
    System.arraycopy(group, read, into, offset + 1, more);
    read += more;
    return 1 + more;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
