package dev.sideband.bridge.proxy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the server is.
 *
 * @param host name or address, an IPv6 one without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
  private static final Pattern NAME =
      Pattern.compile(
          "LABEL(\\.LABEL)*\\.?".replace("LABEL", "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"));

  /** Reads {@code HOST:PORT} or {@code [IPv6]:PORT}; empty if it is neither. */
  public static Optional<ServerAddress> tryParse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (!bracketed && !isName(bare)) {
      return Optional.empty();
    }
    return tryPort(text.substring(colon + 1)).map(port -> new ServerAddress(bare, port));
  }

  /** Whether this can be a host's name, or an IPv4 address: others gRPC calls nobody by. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static Optional<Integer> tryPort(String digits) {
    try {
      return Optional.of(Integer.parseInt(digits)).filter(port -> port >= 1 && port <= 65_535);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
