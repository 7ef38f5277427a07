package dev.sideband.cli.server;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * Which server to talk to, and how.
 *
 * @param host name or address, without brackets
 * @param port 1 to 65535
 * @param tls whether to speak TLS with the system's trusted certificates
 * @param token the bearer token, if one is to be sent; never printed
 */
public record ServerTarget(String host, int port, boolean tls, @Nullable String token) {
  /** Where a server listens unless told otherwise. */
  public static final String DEFAULT = "127.0.0.1:50051";

  /** Reads {@code HOST:PORT} or {@code [IPv6]:PORT}. */
  public static ServerTarget parse(String text, boolean tls, @Nullable String token) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw malformed(text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(text);
    }
    return new ServerTarget(host, port(text, text.substring(colon + 1)), tls, token);
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw malformed(text);
    }
    throw malformed(text);
  }

  private static CliException malformed(String text) {
    return new CliException(
        ExitCode.USAGE,
        "--server: " + text + " (expected: HOST:PORT, for example " + DEFAULT + ")");
  }

  /** {@code HOST:PORT}, as it was given. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return address();
  }
}
