package dev.sideband.cli.call;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.util.function.Supplier;

/** The native half of webrtc-java, and what to say when it cannot be loaded. */
final class NativeLibrary {
  private NativeLibrary() {}

  /** Runs what needs it; a machine that lacks something is a complaint that names the remedy. */
  static <T> T using(Supplier<T> action) {
    try {
      return action.get();
    } catch (LinkageError e) {
      throw new CliException(
          ExitCode.USAGE,
          e,
          "WebRTC cannot be loaded on this machine: " + root(e).getMessage(),
          "on Debian and Ubuntu:  sudo apt-get update && sudo apt-get install -y libpulse0"
              + " libx11-6 libxfixes3 libxrandr2 libxcomposite1 libdbus-1-3 libudev1",
          "without sound:  ./sideband talk --text");
    }
  }

  private static Throwable root(Throwable t) {
    Throwable deepest = t;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
