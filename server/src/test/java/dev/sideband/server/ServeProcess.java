package dev.sideband.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code sideband serve} in a process of its own, of the classes that are tested, with an
 * environment and with the log as in production; unlike {@link ServerChild} it needs no build.
 */
final class ServeProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final Path log;
  private final JsonNode announced;

  private ServeProcess(Process process, Path log, JsonNode announced) {
    this.process = process;
    this.log = log;
    this.announced = announced;
  }

  /** Waits until it says where it listens. */
  static ServeProcess launch(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=" + Path.of("src/main/resources/logback.xml"));
    command.addAll(List.of("-ea", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ServerMain.class.getName(), "serve", "--json", "--until-stdin-closes"));
    command.addAll(List.of("--port", "0", "--data", folder.resolve("data").toString()));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("server: ended before it listened: " + Files.readString(log));
    }
    return new ServeProcess(process, log, new ObjectMapper().readTree(line));
  }

  int port() {
    return URI.create("grpc://" + announced.get("address").asText()).getPort();
  }

  URI metrics() {
    return URI.create(announced.get("metrics").asText());
  }

  /** What it has logged. */
  String logged() throws IOException {
    return Files.readString(log);
  }

  /** Lets it stop by itself, and gives its exit code. */
  int stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("server: did not stop: " + logged());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
