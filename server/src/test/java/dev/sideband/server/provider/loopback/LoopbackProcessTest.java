package dev.sideband.server.provider.loopback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sideband loopback} in a process of its own, with real media. */
@Timeout(60)
class LoopbackProcessTest {
  private static final int SIGTERM_EXIT = 128 + 15;

  private final Path errors;

  LoopbackProcessTest(@TempDir Path folder) {
    this.errors = folder.resolve("errors");
  }

  @Test
  void shouldSayGoodbyeAndEndSilentlyWhenItIsTerminated() throws Exception {
    Process process = launch("--json");
    try {
      String line = process.inputReader(UTF_8).readLine();
      String base = Json.readObject(line).orElseThrow().path("base_uri").asText();
      TestSocket socket = TestSocket.session(base);
      socket.expect("session.created");

      terminate(process);

      assertThat(socket.awaitClosed())
          .isEqualTo(new TestSocket.Closed(1001, "The server is going away."));
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
      assertThat(process.inputReader(UTF_8).readLine()).isNull();
      assertThat(errors).isEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldEndSilentlyWhenItIsTerminatedThoughItListensToItsParent() throws Exception {
    Process process = launch("--json", "--until-stdin-closes");
    try {
      assertThat(process.inputReader(UTF_8).readLine()).contains("base_uri");

      terminate(process);

      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
      assertThat(errors).isEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }

  /** SIGTERM, and nothing else: {@link Process#destroy} would close its streams, too. */
  private static void terminate(Process process) {
    assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroy()).isTrue();
  }

  private Process launch(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sideband.server.ServerMain",
                "loopback"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }
}
