package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code sideband loopback} as a person or a script meets it. */
class LoopbackCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(InputStream stdin, String... arguments) {
    CommandLine command = ServerMain.commandLine(stdin);
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    List<String> line = new ArrayList<>(List.of("loopback"));
    line.addAll(List.of(arguments));
    return command.execute(line.toArray(new String[0]));
  }

  @Test
  void shouldSayWhereItListensAndEndWhenStdinCloses() throws Exception {
    PipedOutputStream parent = new PipedOutputStream();
    PipedInputStream stdin = new PipedInputStream(parent);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(
            () -> run(stdin, "--media", "none", "--json", "--until-stdin-closes"));

    await().until(() -> out.toString().contains("\n"));
    assertThat(new ObjectMapper().readTree(out.toString()).path("base_uri").asText())
        .matches("http://127\\.0\\.0\\.1:\\d+/v1");
    assertThat(exit).isNotDone();

    parent.close();
    assertThat(exit.join()).isZero();
  }

  @Test
  void shouldFailInOneLineWhenPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int exit =
          run(
              new ByteArrayInputStream(new byte[0]),
              "--media",
              "none",
              "--port",
              Integer.toString(taken.getLocalPort()));

      assertThat(exit).isEqualTo(2);
      assertThat(err.toString().lines()).hasSize(1);
      assertThat(err.toString()).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void shouldExplainWhenAnOptionIsWrong() {
    int exit = run(new ByteArrayInputStream(new byte[0]), "--port", "70000");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("port: 70000 (expected: 0 to 65535)");
  }
}
