package dev.sideband.server.rpc;

import static dev.sideband.v1.ErrorCode.SDP_MALFORMED;
import static dev.sideband.v1.ErrorCode.SDP_MISSING;
import static dev.sideband.v1.ErrorCode.SDP_TOO_LARGE;
import static dev.sideband.v1.ErrorCode.SDP_WITHOUT_AUDIO;

import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells an SDP offer that a provider could answer from one that none could, by what RFC 8866 asks
 * of every description: {@code type=value} lines that begin with v, o and s, have a t before the
 * first section, and sections that say medium, port, protocol and formats. What the attributes mean
 * is the provider's to judge. Messages never quote the offer.
 */
final class SdpOffer {
  static final int MAX_BYTES = 64 * 1024;

  private static final Pattern LINE = Pattern.compile("[a-z]=.+");
  private static final Pattern MEDIA =
      Pattern.compile("m=([A-Za-z0-9-]+) (\\d{1,5})(?:/\\d+)? [A-Za-z0-9/]+(?: \\S+)+");
  private static final List<String> BEGINNING = List.of("v=0", "o=", "s=");

  private SdpOffer() {}

  /**
   * Says nothing if the offer has audio that is switched on.
   *
   * @throws SessionException with the code that says what is wrong
   */
  static void check(String offer) {
    if (offer.isBlank()) {
      throw wrong(SDP_MISSING, "none (expected: RTCPeerConnection's offer)");
    }
    if (Utf8.length(offer) > MAX_BYTES) {
      throw new SessionException(
          SDP_TOO_LARGE,
          "sdp_offer: %d bytes (expected: at most %d)".formatted(Utf8.length(offer), MAX_BYTES),
          Map.of("limit", Integer.toString(MAX_BYTES)),
          Optional.empty());
    }
    List<String> lines = offer.lines().toList();
    checkDescription(lines);
    if (!hasAudio(lines)) {
      throw wrong(SDP_WITHOUT_AUDIO, "no audio section is switched on (expected: one)");
    }
  }

  private static void checkDescription(List<String> lines) {
    boolean timed = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!LINE.matcher(line).matches()
          || (i < BEGINNING.size() && !line.startsWith(BEGINNING.get(i)))) {
        throw wrong(SDP_MALFORMED, "line %d is not SDP (expected: RFC 8866)".formatted(i + 1));
      }
      timed |= line.startsWith("t=");
      if (line.startsWith("m=") && (!timed || !MEDIA.matcher(line).matches())) {
        throw wrong(
            SDP_MALFORMED, "line %d is not a media section (expected: RFC 8866)".formatted(i + 1));
      }
    }
    if (!timed || lines.size() < BEGINNING.size()) {
      throw wrong(SDP_MALFORMED, "incomplete (expected: v, o, s and t lines, RFC 8866)");
    }
  }

  private static boolean hasAudio(List<String> lines) {
    boolean audio = false;
    boolean on = false;
    for (String line : lines) {
      if (line.startsWith("m=")) {
        if (audio && on) {
          return true;
        }
        Matcher media = MEDIA.matcher(line);
        audio = media.matches() && "audio".equals(media.group(1));
        on = audio && Integer.parseInt(media.group(2)) != 0;
      } else if (line.equals("a=bundle-only")) {
        // RFC 9143: its port is 0 although it is on, carried by another section's transport.
        on = audio;
      } else if (line.equals("a=inactive")) {
        audio = false;
      }
    }
    return audio && on;
  }

  private static SessionException wrong(ErrorCode code, String what) {
    return new SessionException(code, "sdp_offer: " + what);
  }
}
