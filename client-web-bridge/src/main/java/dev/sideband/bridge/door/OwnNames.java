package dev.sideband.bridge.door;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The names that this bridge may be called by, without ports. A page of another site that has its
 * name resolve to this machine (DNS rebinding) calls it by a name that is not among them.
 *
 * <p>Whoever calls it by an address has looked up no name, so all addresses are its own if it can
 * be reached from other machines at all.
 */
public final class OwnNames {
  private static final Set<String> OF_EVERY_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Set<String> names = new TreeSet<>(OF_EVERY_MACHINE);
  private final boolean isReachable;

  /**
   * Those of this machine, and these.
   *
   * @param address where it listens
   * @param further IPv6 addresses in any spelling, with brackets or without
   */
  public OwnNames(InetAddress address, Set<String> further) {
    isReachable = !address.isLoopbackAddress();
    names.add(inUrl(address.getHostAddress()));
    further.forEach(name -> names.add(inUrl(name)));
  }

  /** A host as a browser shows it in a URL: an IPv6 address as RFC 5952 has it, in brackets. */
  private static String inUrl(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.indexOf(':') < 0) {
      return lower;
    }
    String bare = lower.replaceFirst("^\\[(.*)]$", "$1");
    return NetUtil.createInetAddressFromIpAddressString(bare) instanceof Inet6Address address
        ? "[" + NetUtil.toAddressString(address) + "]"
        : "[" + bare + "]";
  }

  /** Whether a {@code Host} header, with or without a port, is one of them. */
  boolean contains(String host) {
    String name = inUrl(withoutPort(host));
    return names.contains(name) || (isReachable && ADDRESS.matcher(name).matches());
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
