package dev.sideband.server;

/**
 * A configuration that cannot be used: the server does not start. Its message is one line for the
 * person who wrote the configuration, and holds no secret.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String key;

  private ConfigException(String key, String message) {
    super(message);
    this.key = key;
  }

  /** Concerns no key. */
  static ConfigException of(String message) {
    return new ConfigException("", message);
  }

  /** A key's value is not what it must be. */
  static ConfigException invalid(String key, Object value, String expected) {
    return new ConfigException(key, "%s: %s (expected: %s)".formatted(key, value, expected));
  }

  /** The same, with the place where it was written. */
  ConfigException at(String origin) {
    return new ConfigException("", origin + ": " + getMessage());
  }

  /** The key that it concerns, as long as nobody has said where it was written; else empty. */
  String key() {
    return key;
  }
}
