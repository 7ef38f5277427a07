package dev.sideband.cli.server;

import com.google.gson.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server of our own in a process of its own, which ends with us, however we end.
 *
 * <p><b>Contract with {@code serve --json --until-stdin-closes}.</b> When it is ready it prints one
 * JSON line on standard output, {@code {"address":"HOST:PORT","provider":"...","log":"PATH"}}.
 *
 * <p><b>Threads.</b> {@link #launch} and {@link #awaitReady} by one thread, the others by any.
 */
public final class ServerProcess implements AutoCloseable {
  /** Any will do: the provider is a loopback, and no key of the user's is shown to it. */
  private static final String KEY = "sideband-loopback";

  private final ChildProcess child;

  private ServerProcess(ChildProcess child) {
    this.child = child;
  }

  /** What the server says about itself when it is ready. */
  public record Ready(String address, String provider, String log) {}

  /**
   * Starts a server that holds its calls itself.
   *
   * @param launcher the {@code sideband} script
   * @param data an existing folder: the event log goes below it, standard error into it
   */
  public static ServerProcess launch(Path launcher, Path data) {
    return start(launcher, data, data.resolve("log"), List.of("--provider", "loopback"));
  }

  /**
   * Starts a server whose calls another process holds: a loopback's, whatever the environment says.
   *
   * @param folder where standard error goes, one after the other if it is started again
   * @param data the event log's folder, also one that is there already
   * @param settings further {@code key=value} of its configuration
   */
  public static ServerProcess launch(
      Path launcher, Path folder, Path data, URI provider, List<String> settings) {
    List<String> options = new ArrayList<>(List.of("--provider", "openai"));
    List<String> all = new ArrayList<>(settings);
    all.add("openai.base-url=" + provider);
    all.add("openai.api-key-env=SIDEBAND_LOOPBACK_KEY");
    all.forEach(setting -> options.addAll(List.of("--set", setting)));
    return start(launcher, folder, data, options);
  }

  private static ServerProcess start(
      Path launcher, Path folder, Path data, List<String> furtherOptions) {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--port", "0", "--no-console", "--data", data.toString()));
    arguments.addAll(furtherOptions);
    return new ServerProcess(
        ChildProcess.start(
            new ChildProcess.Order(
                "server",
                launcher,
                arguments,
                Map.of("SIDEBAND_LOOPBACK_KEY", KEY),
                folder.resolve("server.err"))));
  }

  /** Waits until the server is ready or gone; a server that takes for ever is closed by others. */
  public Ready awaitReady() {
    JsonObject json = child.awaitReady("address", "provider", "log");
    return new Ready(
        json.get("address").getAsString(),
        json.get("provider").getAsString(),
        json.get("log").getAsString());
  }

  /** The last lines that the server wrote to standard error. */
  public String lastWords() {
    return child.lastWords();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return child.isAlive();
  }

  /** Ends it by SIGKILL, as a crash would; waits until it is gone. */
  public void kill() {
    child.kill();
  }

  /** Closes the server's standard input and waits for it to end; ends it by force after 10 s. */
  @Override
  public void close() {
    child.close();
  }
}
