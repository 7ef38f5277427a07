package dev.sideband.bridge;

import java.net.BindException;

/** Why nobody can listen at an address, as something to act on. */
final class BindFailures {
  private BindFailures() {}

  /** What is nobody's configuration is thrown on. */
  static ConfigException explain(BridgeConfig.Listen listen, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return explain(listen, String.valueOf(cause.getMessage()));
      }
    }
    throw failure;
  }

  /** Java has one exception for all that bind(2) can say; the rest is in the system's words. */
  private static ConfigException explain(BridgeConfig.Listen listen, String words) {
    if (words.contains("Cannot assign requested address")) {
      return ConfigException.invalid("--address", listen.address(), "an address of this machine");
    }
    String port = listen.port() + " on " + listen.address();
    if (words.contains("in use")) {
      return ConfigException.invalid(
          "--port", port, "a free port; 0 takes any, another bridge may be running");
    }
    if (words.contains("Permission denied")) {
      return ConfigException.invalid(
          "--port", port, "a port that this user may listen on, usually 1024 or more");
    }
    return new ConfigException("--port: cannot listen on %s: %s".formatted(port, words));
  }
}
