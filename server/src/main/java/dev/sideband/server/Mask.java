package dev.sideband.server;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Covers in a text what looks like a key, a token, an SDP or a provider's call id. The second line:
 * a text that holds one should not have come so far. The collector's {@code redaction} has the same
 * patterns, for what other programs send it.
 */
final class Mask {
  private static final String COVER = "****";

  /**
   * RE2's syntax too: that is what the collector reads. What they look for may begin a line that is
   * written as {@code \\n}, or a path's part that is written as {@code %2F}.
   */
  private static final List<Pattern> PATTERNS =
      List.of(
          Pattern.compile("(?i)\\bbearer\\s+[a-z0-9._~+/=-]+"),
          Pattern.compile("(?:\\b|\\\\[rn]|%2[Ff])sk-[A-Za-z0-9_-]{8,}"),
          Pattern.compile("(?:\\b|\\\\[rn]|%2[Ff])ek_[A-Za-z0-9_-]{8,}"),
          Pattern.compile("(?s)\\bv=0(?:\\r?\\n|\\\\r|\\\\n).*"),
          Pattern.compile(
              "(?:\\b|\\\\[rn]|%2[Ff])a=(?:ice-(?:ufrag|pwd)|fingerprint|candidate|crypto):[^\\r\\n]*"),
          Pattern.compile("(?:\\b|\\\\[rn]|%2[Ff])rtc_[A-Za-z0-9_-]+"));

  private Mask() {}

  static List<String> patterns() {
    return PATTERNS.stream().map(Pattern::pattern).toList();
  }

  static String over(String text) {
    String masked = text;
    for (Pattern pattern : PATTERNS) {
      masked = pattern.matcher(masked).replaceAll(COVER);
    }
    return masked;
  }
}
