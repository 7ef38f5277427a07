package dev.sideband.server.provider.openai;

import java.util.regex.Pattern;

/**
 * Makes a provider's words fit for people, exception texts and the event stream: one line, at most
 * 400 characters, without keys, call ids, addresses or SDP.
 */
final class PublicText {
  private static final int MAX_CHARS = 400;
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)\\b(?:sk|ek|rtc|sess|org|proj)[-_][A-Za-z0-9_*.-]{3,}"
              + "|\\bBearer\\s+\\S+"
              + "|\\b(?:https?|wss?)://\\S+"
              + "|\\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\\b");
  private static final Pattern SDP = Pattern.compile("(?s)\\b(?:v=0|a=[a-z-]+:|m=audio).*");
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}+");

  private PublicText() {}

  static String of(String text) {
    String safe = SDP.matcher(text).replaceFirst("***");
    safe = SECRET.matcher(safe).replaceAll("***");
    safe = UNPRINTABLE.matcher(safe).replaceAll(" ").strip();
    return Texts.cut(safe, MAX_CHARS);
  }
}
