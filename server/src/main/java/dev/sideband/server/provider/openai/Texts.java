package dev.sideband.server.provider.openai;

/** Strings that came from elsewhere, made safe to store. */
final class Texts {
  private static final char REPLACEMENT = '\uFFFD';

  private Texts() {}

  /** At most so many characters, an ellipsis for the rest, no pair of surrogates torn apart. */
  static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    int end = maxChars - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "\u2026";
  }

  /** With U+FFFD for lone surrogates: JSON can spell them, UTF-8 cannot. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                repaired.appendCodePoint(
                    point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? REPLACEMENT
                        : point));
    return repaired.toString();
  }
}
