package dev.sideband.cli.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A loopback in a process of its own, so that its calls outlive any server.
 *
 * <p><b>Threads.</b> {@link #launch} and {@link #awaitReady} by one thread, {@link #close} by any.
 */
public final class LoopbackProcess implements AutoCloseable {
  private final ChildProcess child;

  private LoopbackProcess(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts it: with real peers for offers that have candidates, a witness of {@code witnessed}
   * client events, and all the time in the world for media to come.
   *
   * @param folder where its standard error goes
   */
  public static LoopbackProcess launch(Path launcher, Path folder, int witnessed) {
    List<String> arguments =
        List.of(
            "loopback",
            "--media",
            "mixed",
            "--witness",
            Integer.toString(witnessed),
            "--session-limit-ms",
            "86400000");
    return new LoopbackProcess(
        ChildProcess.start(
            new ChildProcess.Order(
                "loopback", launcher, arguments, Map.of(), folder.resolve("loopback.err"))));
  }

  /** Waits until it listens, and says where: its base URI. */
  public URI awaitReady() {
    return URI.create(child.awaitReady("base_uri").get("base_uri").getAsString());
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return child.isAlive();
  }

  @Override
  public void close() {
    child.close();
  }
}
