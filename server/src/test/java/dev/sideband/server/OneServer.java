package dev.sideband.server;

import dev.sideband.server.provider.loopback.LoopbackReport;
import dev.sideband.server.provider.loopback.LoopbackServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The one server of a test, which opens it with the settings that it needs. */
final class OneServer implements AutoCloseable {
  private final Path folder;
  private @Nullable RunningServer running;

  OneServer(Path folder) {
    this.folder = folder;
  }

  /** Opens it, and gives a caller; settings are {@code key=value}. */
  Caller open(String... settings) {
    running = RunningServer.open(folder, settings);
    return running.caller();
  }

  private RunningServer running() {
    if (running == null) {
      throw new IllegalStateException("server: not open (expected: opened by its test)");
    }
    return running;
  }

  LoopbackServer loopback() {
    return running().loopback();
  }

  LoopbackReport report() {
    return running().report();
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
  }
}
