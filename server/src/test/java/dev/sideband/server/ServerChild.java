package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, run by the launcher, with the loopback and no media; it ends
 * when this is closed, or when this process does.
 */
final class ServerChild implements AutoCloseable {
  private final Process process;
  private final int port;

  private ServerChild(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** What such a server is told. */
  static Map<String, String> settings(Path data) {
    return Map.of(
        "grpc.port", "0",
        "provider", "loopback",
        "loopback.media", "none",
        "console.port", "off",
        "log.rocksdb.path", data.toString());
  }

  /** The same, with its calls elsewhere. */
  static Map<String, String> settings(Path data, String providerUri) {
    Map<String, String> settings = new HashMap<>(settings(data));
    settings.remove("loopback.media");
    settings.put("provider", "openai");
    settings.put("openai.base-url", providerUri);
    return settings;
  }

  /** Waits until it says where it listens. */
  static ServerChild launch(Path launcher, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toAbsolutePath().toString());
    command.addAll(List.of("serve", "--json", "--until-stdin-closes"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if ("openai".equals(settings.get("provider"))) {
      builder.environment().put("OPENAI_API_KEY", RunningServer.API_KEY);
    }
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("server: ended before it listened (its own words are above)");
    }
    String address = new ObjectMapper().readTree(line).get("address").asText();
    return new ServerChild(
        process, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  int port() {
    return port;
  }

  /** The processor time that it has had. */
  Duration spent() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** SIGKILL; waits until it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
