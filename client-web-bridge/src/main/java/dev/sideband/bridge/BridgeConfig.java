package dev.sideband.bridge;

import dev.sideband.bridge.proxy.ServerTarget;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything that a bridge can be told, checked.
 *
 * @param listen where browsers come in
 * @param server where their calls go
 * @param mostCalls and files, at a time
 */
record BridgeConfig(Listen listen, ServerTarget server, int mostCalls) {

  /**
   * Where browsers come in, and who may.
   *
   * @param address an IPv6 one without brackets, however it was given
   * @param port 0 = any free one
   * @param insecure whether another address than a loopback one needs no TLS
   * @param hosts names that it is called by, beyond those of this machine
   * @param origins of other sites whose pages may call it
   * @param exposedHeaders metadata that those pages may read
   */
  record Listen(
      String address,
      int port,
      Optional<Tls> tls,
      boolean insecure,
      Set<String> hosts,
      Set<String> origins,
      Set<String> exposedHeaders) {

    /** A name, an IPv4 address, or an IPv6 one with brackets or without: no port. */
    private static final Pattern HOST =
        Pattern.compile(
            "[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private static final Map<String, Integer> USUAL_PORTS = Map.of("http", 80, "https", 443);

    Listen {
      address = address.replaceFirst("^\\[(.*)]$", "$1");
      if (port < 0 || port > 65_535) {
        throw ConfigException.invalid("--port", port, "0 to 65535");
      }
      if (tls.isEmpty() && !insecure && !Loopback.isAddress(address)) {
        throw ConfigException.invalid(
            "--address", address, "a loopback address, or --tls-cert and --tls-key, or --insecure");
      }
      hosts.forEach(Listen::requireHost);
      origins.forEach(Listen::requireOrigin);
    }

    /** Looks its address up. */
    InetSocketAddress resolved() {
      InetSocketAddress resolved = new InetSocketAddress(address, port);
      if (resolved.isUnresolved()) {
        throw ConfigException.invalid("--address", address, "an address, or a name that has one");
      }
      return resolved;
    }

    /** All that it is called by, but for the names of every machine. */
    Set<String> names() {
      Set<String> names = new HashSet<>(hosts);
      names.add(address);
      return names;
    }

    private static void requireHost(String host) {
      if (!HOST.matcher(host).matches()) {
        throw ConfigException.invalid("--host", host, "a name or address, without scheme and port");
      }
    }

    private static void requireOrigin(String origin) {
      try {
        URI uri = new URI(origin);
        if (uri.getHost() != null && origin.equals(asBrowsersWrite(uri))) {
          return;
        }
      } catch (URISyntaxException e) {
        // Said below.
      }
      throw ConfigException.invalid(
          "--allow-origin",
          origin,
          "as browsers write it: https://app.example.org, in lower case, a port if it is no usual"
              + " one");
    }

    private static String asBrowsersWrite(URI uri) {
      boolean usual = uri.getPort() == USUAL_PORTS.getOrDefault(uri.getScheme(), -1);
      String port = usual || uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return (uri.getScheme() + "://" + uri.getHost() + port).toLowerCase(Locale.ROOT);
    }
  }

  /** PEM files. */
  record Tls(Path certificate, Path key) {
    Tls {
      requireReadable("--tls-cert", certificate);
      requireReadable("--tls-key", key);
    }
  }

  static void requireReadable(String option, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw ConfigException.invalid(option, file, "a file that can be read");
    }
  }
}
