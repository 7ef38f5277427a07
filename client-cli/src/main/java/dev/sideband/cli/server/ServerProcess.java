package dev.sideband.cli.server;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server of our own in a process of its own, started through the launcher and told to live as
 * long as its standard input is open: it ends with us, however we end.
 *
 * <p><b>Contract with {@code serve --json --until-stdin-closes}.</b> When it is ready it prints one
 * JSON line on standard output, {@code {"address":"HOST:PORT","provider":"...","log":"PATH"}}.
 *
 * <p><b>Threads.</b> {@link #launch} and {@link #awaitReady} by one thread, {@link #close} by any.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration EXIT_WITHIN = Duration.ofSeconds(10);
  private static final int SHOWN_LOG_LINES = 12;

  private final Process process;
  private final Path errors;

  private ServerProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /** What the server says about itself when it is ready. */
  public record Ready(String address, String provider, String log) {}

  /**
   * Starts a loopback server.
   *
   * @param launcher the {@code sideband} script
   * @param data an existing folder: the event log goes below it, standard error into it
   */
  public static ServerProcess launch(Path launcher, Path data) {
    Path errors = data.resolve("server.err");
    List<String> command =
        List.of(
            launcher.toString(),
            "serve",
            "--port",
            "0",
            "--data",
            data.resolve("log").toString(),
            "--provider",
            "loopback",
            "--json",
            "--until-stdin-closes");
    try {
      return new ServerProcess(
          new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          e,
          "cannot run the launcher: " + launcher + " (" + e.getMessage() + ")",
          "set SIDEBAND_HOME to the folder that holds the sideband script");
    }
  }

  /** Waits until the server is ready or gone; a server that takes for ever is closed by others. */
  public Ready awaitReady() {
    String line;
    try {
      line = firstLine();
    } catch (IOException e) {
      throw failed("its output broke off", e);
    }
    if (line == null) {
      throw failed("it stopped before it was ready", null);
    }
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      return new Ready(text(json, "address"), text(json, "provider"), text(json, "log"));
    } catch (JsonParseException | IllegalStateException e) {
      throw failed("its first line is not the JSON that was agreed: " + line, e);
    }
  }

  private @Nullable String firstLine() throws IOException {
    // Not closed: closing it would close the server's standard output under it.
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    return lines.readLine();
  }

  private static String text(JsonObject json, String name) {
    if (!json.has(name)) {
      throw new JsonParseException("no " + name);
    }
    return json.get(name).getAsString();
  }

  /** The last lines that the server wrote to standard error. */
  public String lastWords() {
    try {
      List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  private CliException failed(String what, @Nullable Throwable cause) {
    String words = lastWords();
    return words.isBlank()
        ? new CliException(
            ExitCode.FAILED, cause, "the server did not start: " + what, "its log:  " + errors)
        : new CliException(
            ExitCode.FAILED,
            cause,
            "the server did not start: " + what,
            "it said:\n    " + words.replace("\n", "\n    "),
            "its log:  " + errors);
  }

  /** Closes the server's standard input and waits for it to end; ends it by force after 10 s. */
  @Override
  public void close() {
    try (OutputStream in = process.getOutputStream()) {
      in.flush();
    } catch (IOException alreadyGone) {
      process.destroy();
    }
    try {
      if (!process.waitFor(EXIT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
