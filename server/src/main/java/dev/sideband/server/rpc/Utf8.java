package dev.sideband.server.rpc;

/** How long a text is on the wire. */
final class Utf8 {
  private Utf8() {}

  /** Bytes of the text in UTF-8, counted without encoding it. */
  static int length(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A surrogate pair is 4 bytes for 2 chars; every other char from 0x800 on is 3.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
