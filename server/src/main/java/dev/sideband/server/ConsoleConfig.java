package dev.sideband.server;

import java.util.OptionalInt;

/**
 * Where the console page is served, by a bridge beside this server.
 *
 * @param port at 127.0.0.1; zero = any free one, empty = there is no console
 */
public record ConsoleConfig(OptionalInt port) {
  static final String PORT_KEY = "console.port";
  static final String OFF = "off";

  public ConsoleConfig {
    if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65_535)) {
      throw ConfigException.invalid(PORT_KEY, port.getAsInt(), "0 to 65535, or " + OFF);
    }
  }

  /** Reads the key's text. */
  static ConsoleConfig of(String port) {
    if (port.equals(OFF)) {
      return new ConsoleConfig(OptionalInt.empty());
    }
    if (!port.matches("\\d{1,9}")) {
      throw ConfigException.invalid(PORT_KEY, port, "a port, or " + OFF);
    }
    return new ConsoleConfig(OptionalInt.of(Integer.parseInt(port)));
  }
}
