package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, run by the launcher, with the loopback and no media; it ends
 * when this is closed, or when this process does.
 */
final class ServerChild implements AutoCloseable {
  private static final Set<String> COMPILERS = Set.of("C1 CompilerThre", "C2 CompilerThre");
  private static final int MILLIS_A_TICK = 10;

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

  /** How much of that its just-in-time compilers had; read from {@code /proc}. */
  Duration compiling() throws IOException {
    long ticks = 0;
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        ticks += COMPILERS.contains(name(thread)) ? ticks(thread) : 0;
      }
    }
    return Duration.ofMillis(ticks * MILLIS_A_TICK);
  }

  private static String name(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException ended) {
      return "";
    }
  }

  /** See {@code proc(5)}: user and system time are fields 14 and 15, the name is in brackets. */
  private static long ticks(Path thread) throws IOException {
    String stat = Files.readString(thread.resolve("stat"));
    String[] fields = stat.substring(stat.indexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
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
