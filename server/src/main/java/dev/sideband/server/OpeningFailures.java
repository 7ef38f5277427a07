package dev.sideband.server;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.provider.loopback.LoopbackException;
import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** Why a server could not open, as one line for whoever started it. */
final class OpeningFailures {
  private OpeningFailures() {}

  /** The failure as something to act on; what is nobody's configuration is thrown on. */
  static ConfigException asConfigException(ServerConfig config, Exception failure) {
    if (failure instanceof ConfigException known) {
      return known;
    }
    if (failure instanceof EventLogException log) {
      return ConfigException.of("log.rocksdb.path: " + log.getMessage());
    }
    if (failure instanceof LoopbackException loopback) {
      return ConfigException.of("loopback: " + loopback.getMessage());
    }
    if (isTaken(failure)) {
      return ConfigException.invalid(
          "grpc.port",
          config.grpc().port() + " on " + config.grpc().address(),
          "a free port; another server may be running, or choose one with --port");
    }
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      return ConfigException.of(String.valueOf(failure.getMessage()));
    }
    throw failure instanceof RuntimeException fault ? fault : new IllegalStateException(failure);
  }

  private static boolean isTaken(@Nullable Throwable failure) {
    return failure != null && (failure instanceof BindException || isTaken(failure.getCause()));
  }
}
