package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sideband loopback} as a person or a script meets it. */
class LoopbackCommandTest {
  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  LoopbackCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

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

  /** Runs into something that is not configured right: exit code 2, and one line that says what. */
  private String requireRefused(String... arguments) {
    List<String> line = new ArrayList<>(List.of("--media", "none"));
    line.addAll(List.of(arguments));
    int exit = run(InputStream.nullInputStream(), line.toArray(new String[0]));
    assertThat(exit).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    String said = err.toString().strip();
    assertThat(said.lines()).hasSize(1);
    err.getBuffer().setLength(0);
    return said;
  }

  @Test
  void shouldFailInOneLineWhenPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(requireRefused("--port", Integer.toString(port)))
          .startsWith(
              "sideband loopback: --port: " + port + " on 127.0.0.1 (expected: a free port");
    }
  }

  @Test
  void shouldFailInOneLineWhenTheAddressIsNotOfThisMachine() {
    assertThat(requireRefused("--address", "192.0.2.1"))
        .isEqualTo(
            "sideband loopback: --address: 192.0.2.1 (expected: an address of this machine)");
  }

  @Test
  void shouldFailInOneLineWhenTheAddressIsNone() {
    assertThat(requireRefused("--address", "no.such.host.invalid"))
        .isEqualTo(
            "sideband loopback: --address: no.such.host.invalid "
                + "(expected: an address, or a name that has one)");
  }

  @Test
  void shouldSayHttpsWhenItHasACertificate() throws Exception {
    TestCertificate certificate = TestCertificate.ofThisMachine(folder);

    int exit =
        run(
            InputStream.nullInputStream(),
            "--media=none",
            "--until-stdin-closes",
            "--tls-cert=" + certificate.certificate(),
            "--tls-key=" + certificate.key());

    assertThat(exit).isZero();
    assertThat(out.toString()).matches("loopback listening on https://127\\.0\\.0\\.1:\\d+/v1\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldFailInOneLineWhenATlsFileIsMissingOrUnusable() throws Exception {
    Path none = folder.resolve("none.pem");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");

    assertThat(requireRefused("--tls-cert", empty.toString()))
        .isEqualTo(
            "sideband loopback: --tls-key: missing (expected: --tls-cert and --tls-key, or neither)");
    assertThat(requireRefused("--tls-key", empty.toString()))
        .startsWith("sideband loopback: --tls-cert: missing");
    assertThat(requireRefused("--tls-cert", none.toString(), "--tls-key", empty.toString()))
        .isEqualTo(
            "sideband loopback: --tls-cert: " + none + " (expected: a file that can be read)");
    assertThat(requireRefused("--tls-cert", empty.toString(), "--tls-key", folder.toString()))
        .isEqualTo(
            "sideband loopback: --tls-key: " + folder + " (expected: a file that can be read)");
    assertThat(requireRefused("--tls-cert", empty.toString(), "--tls-key", empty.toString()))
        .isEqualTo(
            "sideband loopback: tls: "
                + empty
                + ", "
                + empty
                + " (expected: PEM files of a certificate and its private key)");
  }

  @Test
  void shouldSayWhatItPlaysWhenItHasAScript() throws IOException {
    try (RunningServer server = RunningServer.open(folder.resolve("data"))) {
      Caller caller = server.caller();
      String id = caller.start().getConversationId();
      caller.follow(id).await(PayloadCase.SESSION_CONFIGURED);
    }
    String file = folder.resolve("call.pb").toString();
    CommandRun.of("export", folder.resolve("data").toString(), "--with-private", "-o", file);

    int exit =
        run(
            InputStream.nullInputStream(),
            "--media=none",
            "--until-stdin-closes",
            "--script=" + file,
            "--script-speed=1");

    assertThat(exit).isZero();
    assertThat(out.toString().lines().toList().get(1))
        .isEqualTo("  script   " + file + ": 1 call, 1 message");
  }

  @Test
  void shouldFailInOneLineWhenTheScriptCannotBePlayed() throws IOException {
    RecordedLog.write(folder.resolve("data"));
    String file = folder.resolve("calls.pb").toString();
    assertThat(requireRefused("--script", file))
        .isEqualTo(
            "sideband loopback: --script: " + file + " (expected: a file that export wrote)");
    CommandRun.of("export", folder.resolve("data").toString(), "-o", file);
    assertThat(requireRefused("--script", file)).contains("export --with-private wrote");
    Files.writeString(Path.of(file), "no export at all");
    assertThat(requireRefused("--script", file)).startsWith("sideband loopback: --script: " + file);
  }

  @Test
  void shouldExplainWhenAnOptionIsWrong() {
    int exit = run(InputStream.nullInputStream(), "--port", "70000");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("port: 70000 (expected: 0 to 65535)");
  }
}
