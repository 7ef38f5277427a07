package dev.sideband.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What clients take for STUN and TURN URLs: those of RFC 7064 and RFC 7065, in the spelling that
 * every browser reads. One that a client cannot read would cost it the call.
 */
final class IceUrls {
  private static final String HOST_AND_PORT =
      "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(?<port>\\d{1,5}))?";
  private static final Pattern STUN = Pattern.compile("stuns?:" + HOST_AND_PORT);
  private static final Pattern TURN =
      Pattern.compile("turns?:" + HOST_AND_PORT + "(?:\\?transport=(?:udp|tcp))?");

  /** Browsers take 32 in all. */
  private static final int MOST = 16;

  private IceUrls() {}

  static void requireStun(String key, List<String> urls) {
    require(key, urls, STUN, "stun:HOST[:PORT] or stuns:HOST[:PORT]");
  }

  static void requireTurn(String key, List<String> urls) {
    require(
        key,
        urls,
        TURN,
        "turn:HOST[:PORT] or turns:HOST[:PORT], with ?transport=udp or =tcp or not");
  }

  private static void require(String key, List<String> urls, Pattern pattern, String expected) {
    if (urls.size() > MOST) {
      throw ConfigException.invalid(key, urls.size() + " URLs", "at most " + MOST);
    }
    for (String url : urls) {
      Matcher parts = pattern.matcher(url);
      if (!parts.matches() || !isHost(parts) || !isPort(parts)) {
        throw ConfigException.invalid(key, withoutUser(url), expected + ", commas between them");
      }
    }
  }

  /** A bracketed one is an address, and looked up nowhere. */
  private static boolean isHost(Matcher parts) {
    String host = Objects.requireNonNull(parts.group("host"));
    if (!host.startsWith("[")) {
      return true;
    }
    try {
      return InetAddress.getByName(host) instanceof Inet6Address;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isPort(Matcher parts) {
    String digits = parts.group("port");
    int port = digits == null ? 1 : Integer.parseInt(digits);
    return port >= 1 && port <= 65_535;
  }

  /** These URLs have no place for a password; somebody may have put one there. */
  private static String withoutUser(String url) {
    return url.replaceFirst("^.*@", "***@");
  }
}
