package dev.sideband.bridge.door;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names that this bridge may be called by, without ports. A page of another site that has its
 * name resolve to this machine (DNS rebinding) calls it by a name that is not among them.
 */
public final class OwnNames {
  private static final Set<String> OF_EVERY_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names = new TreeSet<>(OF_EVERY_MACHINE);

  /**
   * Those of this machine, and these.
   *
   * @param address where it listens
   * @param further as a browser would show them, IPv6 addresses in brackets
   */
  public OwnNames(String address, Set<String> further) {
    names.add(inUrl(address));
    further.forEach(name -> names.add(inUrl(name)));
  }

  /** A host as a URL has it. */
  private static String inUrl(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.indexOf(':') >= 0 && !lower.startsWith("[") ? "[" + lower + "]" : lower;
  }

  /** Whether a {@code Host} header, with or without a port, is one of them. */
  boolean contains(String host) {
    return names.contains(withoutPort(host.toLowerCase(Locale.ROOT)));
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
