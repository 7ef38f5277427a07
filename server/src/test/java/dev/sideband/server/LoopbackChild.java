package dev.sideband.server;

import dev.sideband.server.provider.loopback.LoopbackServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A loopback without media in a process of its own, which says when all its calls were joined so
 * often; it ends when this is closed, or when this process does.
 */
final class LoopbackChild implements AutoCloseable {
  private static final long LOOK_EVERY_MS = 10;

  private final Process process;
  private final BufferedReader says;
  private final String baseUri;

  private LoopbackChild(Process process) throws IOException {
    this.process = process;
    this.says = process.inputReader(StandardCharsets.UTF_8);
    this.baseUri = says.readLine();
  }

  static LoopbackChild launch() throws IOException {
    return new LoopbackChild(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xms256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LoopbackChild.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** The processor time that it has had. */
  Duration spent() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  String baseUri() {
    return baseUri;
  }

  /** When, by the clock, the last of its calls was joined for this time and still is. */
  long awaitJoined(int times) throws IOException {
    process.outputWriter().append(String.valueOf(times)).append('\n').flush();
    return Long.parseLong(says.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (LoopbackServer loopback = RunningServer.loopbackElsewhere();
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println(loopback.baseUri());
      String times = asked.readLine();
      while (times != null) {
        int joins = Integer.parseInt(times);
        while (!loopback.report().calls().stream()
            .allMatch(call -> call.joins() == joins && call.sidebands() == 1)) {
          Thread.sleep(LOOK_EVERY_MS);
        }
        System.out.println(System.currentTimeMillis());
        times = asked.readLine();
      }
    }
  }
}
