package dev.sideband.server;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.rocksdb.StoredLog;
import dev.sideband.server.provider.loopback.LoopbackException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Why a server could not open, as one line for whoever started it. */
final class OpeningFailures {
  private OpeningFailures() {}

  /** The failure as something to act on; what is nobody's configuration is thrown on. */
  static ConfigException asConfigException(ServerConfig config, Exception failure) {
    if (failure instanceof EventLogException log) {
      return ConfigException.of("log.rocksdb.path: " + log.getMessage());
    }
    if (failure instanceof LoopbackException loopback) {
      ServerConfig.Loopback wanted = config.loopback();
      return asConfigException(
          new BindFailures.Place(
              "loopback.listen",
              wanted.listen(),
              "loopback.port",
              wanted.port(),
              "--set loopback.port=..."),
          "loopback: ",
          loopback);
    }
    return asConfigException(config.grpc(), failure);
  }

  /** The same, of a server that has nothing but gRPC to open. */
  static ConfigException asConfigException(ServerConfig.Grpc grpc, Exception failure) {
    if (failure instanceof ConfigException known) {
      return known;
    }
    if (failure instanceof EventLogException log) {
      return ConfigException.of(String.valueOf(log.getMessage()));
    }
    Optional<ConfigException> unbound =
        BindFailures.tryExplain(
            new BindFailures.Place(
                "grpc.address", grpc.address(), "grpc.port", grpc.port(), "--port"),
            failure);
    if (unbound.isPresent()) {
      return unbound.get();
    }
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      return ConfigException.of(String.valueOf(failure.getMessage()));
    }
    throw failure instanceof RuntimeException fault ? fault : new IllegalStateException(failure);
  }

  /** A data folder for reading; whoever named it is told why it cannot be had. */
  static StoredLog openStored(Path folder) {
    try {
      return StoredLog.open(folder);
    } catch (EventLogException e) {
      throw ConfigException.of(String.valueOf(e.getMessage()));
    }
  }

  /** A loopback that could not start; the prefix says whose words it has if they are its own. */
  static ConfigException asConfigException(
      BindFailures.Place place, String prefix, LoopbackException failure) {
    return BindFailures.tryExplain(place, failure)
        .orElseGet(() -> ConfigException.of(prefix + failure.getMessage()));
  }
}
