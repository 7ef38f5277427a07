package dev.sideband.cli.server;

import com.google.gson.JsonElement;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of ours in a process of its own, started through the launcher and told to live as long
 * as its standard input is open: it ends with us, however we end. When it is ready it prints one
 * line of JSON on standard output.
 *
 * <p><b>Threads.</b> {@link #awaitReady} by one thread, the others by any.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration EXIT_WITHIN = Duration.ofSeconds(10);
  private static final int SHOWN_LOG_LINES = 12;

  private final String name;
  private final Process process;
  private final Path errors;

  private ChildProcess(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
  }

  /**
   * What to run.
   *
   * @param name what people call it: "server"
   * @param launcher the {@code sideband} script
   * @param arguments its command and options, but for {@code --json --until-stdin-closes}
   * @param environment what it gets beyond our own
   * @param errors where its standard error is added
   */
  record Order(
      String name,
      Path launcher,
      List<String> arguments,
      Map<String, String> environment,
      Path errors) {}

  /** Starts it. */
  static ChildProcess start(Order order) {
    List<String> command = new ArrayList<>(List.of(order.launcher().toString()));
    command.addAll(order.arguments());
    command.addAll(List.of("--json", "--until-stdin-closes"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(order.errors().toFile()));
    builder.environment().putAll(order.environment());
    try {
      return new ChildProcess(order.name(), builder.start(), order.errors());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          e,
          "cannot run the launcher: " + order.launcher() + " (" + e.getMessage() + ")",
          "set SIDEBAND_HOME to the folder that holds the sideband script");
    }
  }

  /**
   * Waits until it is ready or gone; one that takes for ever is ended by others.
   *
   * @param members the texts that its line must have
   */
  JsonObject awaitReady(String... members) {
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
      JsonElement json = JsonParser.parseString(line);
      for (String member : members) {
        if (!json.getAsJsonObject().has(member)) {
          throw new JsonParseException("no " + member);
        }
      }
      return json.getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw failed("its first line is not the JSON that was agreed: " + line, e);
    }
  }

  private @Nullable String firstLine() throws IOException {
    // Not closed: closing it would close the program's standard output under it.
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    return lines.readLine();
  }

  /** The last lines that it wrote to standard error. */
  String lastWords() {
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
    String message = "the " + name + " did not start: " + what;
    return words.isBlank()
        ? new CliException(ExitCode.FAILED, cause, message, "its log:  " + errors)
        : new CliException(
            ExitCode.FAILED,
            cause,
            message,
            "it said:\n    " + words.replace("\n", "\n    "),
            "its log:  " + errors);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it at once, by SIGKILL, and what it started; waits until it is gone. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes its standard input and waits for it to end; ends it by force after 10 s. */
  @Override
  public void close() {
    try (OutputStream in = process.getOutputStream()) {
      in.flush();
    } catch (IOException alreadyGone) {
      process.destroy();
    }
    try {
      if (!process.waitFor(EXIT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
