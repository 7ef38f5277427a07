package dev.sideband.bridge;

/**
 * A configuration that cannot be used: the bridge does not start. Its message is one line for the
 * person who wrote it.
 */
final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }

  /** An option's value is not what it must be. */
  static ConfigException invalid(String option, Object value, String expected) {
    return new ConfigException("%s: %s (expected: %s)".formatted(option, value, expected));
  }
}
