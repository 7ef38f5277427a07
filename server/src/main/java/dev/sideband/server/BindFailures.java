package dev.sideband.server;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why nobody can listen at an address, as something to act on. */
final class BindFailures {
  private BindFailures() {}

  /**
   * Where somebody wanted to listen.
   *
   * @param addressKey the key or flag that says the address
   * @param portKey the key or flag that says the port
   * @param portFlag the flag to choose another port by
   */
  record Place(String addressKey, String address, String portKey, int port, String portFlag) {}

  /** The failure, if it or a cause of it is that nobody can listen there. */
  static Optional<ConfigException> tryExplain(Place place, @Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return Optional.of(
            ConfigException.invalid(
                place.addressKey(), place.address(), "an address, or a name that has one"));
      }
      if (cause instanceof BindException) {
        return Optional.of(explain(place, String.valueOf(cause.getMessage())));
      }
    }
    return Optional.empty();
  }

  /** Java has one exception for all that bind(2) can say; the rest is in the system's words. */
  private static ConfigException explain(Place place, String words) {
    if (words.contains("Cannot assign requested address")) {
      return ConfigException.invalid(
          place.addressKey(), place.address(), "an address of this machine");
    }
    String port = place.port() + " on " + place.address();
    if (words.contains("Permission denied")) {
      return ConfigException.invalid(
          place.portKey(),
          port,
          "a port that this user may listen on, usually 1024 or more; choose one with "
              + place.portFlag());
    }
    if (words.contains("in use")) {
      return ConfigException.invalid(
          place.portKey(),
          port,
          "a free port; another server may be running, or choose one with " + place.portFlag());
    }
    return ConfigException.of(
        "%s: cannot listen on %s: %s".formatted(place.portKey(), port, words));
  }
}
