package dev.sideband.bridge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Whether an address is this machine's alone, by its spelling: nothing is looked up. */
final class Loopback {
  private static final Pattern ADDRESS_LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:.*");

  private Loopback() {}

  static boolean isAddress(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!ADDRESS_LITERAL.matcher(host).matches()) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
