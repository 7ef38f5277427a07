package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sideband serve} as a person or a script meets it. */
class ServeCommandTest {
  private final Path folder;

  ServeCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** One run of the command, and what it says. */
  private static final class Run {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    int execute(InputStream stdin, List<String> arguments) {
      CommandLine command = ServerMain.commandLine(stdin);
      command.setOut(new PrintWriter(out, true));
      command.setErr(new PrintWriter(err, true));
      List<String> line = new ArrayList<>(List.of("serve", "--provider", "loopback"));
      line.addAll(List.of("--set", "loopback.media=none"));
      line.addAll(arguments);
      return command.execute(line.toArray(new String[0]));
    }

    List<String> said() {
      return out.toString().lines().toList();
    }

    List<String> complained() {
      return err.toString().lines().toList();
    }
  }

  /** Runs into something that is not configured right: exit code 2, and one line that says what. */
  private static String requireRefused(String... arguments) {
    Run run = new Run();
    int exit = run.execute(InputStream.nullInputStream(), List.of(arguments));
    assertThat(run.complained()).hasSize(1);
    assertThat(run.said()).isEmpty();
    assertThat(exit).isEqualTo(2);
    return run.complained().get(0);
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  @Test
  void shouldSayInUseWhenAnotherServerHasTheFolder() {
    try (RunningServer running = RunningServer.open(Path.of(data()))) {
      assertThat(requireRefused("--port", "0", "--data", data()))
          .startsWith("sideband serve: log.rocksdb.path: ")
          .contains(data(), "in use");
      assertThatThrownBy(() -> RunningServer.open(Path.of(data())))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("in use");
      assertThat(running.caller().list()).isEmpty();
    }
  }

  @Test
  void shouldNameThePortFlagWhenThePortIsTaken() {
    try (RunningServer running = RunningServer.open(Path.of(data()))) {
      String port = Integer.toString(running.port());
      assertThat(requireRefused("--port", port, "--data", folder.resolve("other").toString()))
          .contains("grpc.port: " + port, "--port");
    }
    // It has let go of what it had taken by then.
    RunningServer.open(folder.resolve("other")).close();
  }

  @Test
  void shouldNameTheAddressWhenItIsNotOfThisMachine() {
    String[] elsewhere = {"--address", "192.0.2.1", "--set", "grpc.insecure=true"};
    assertThat(requireRefused(with(elsewhere, "--port", "0", "--data", data())))
        .isEqualTo(
            "sideband serve: grpc.address: 192.0.2.1 (expected: an address of this machine)");
    String[] nowhere = {"--address", "no.such.host.invalid", "--set", "grpc.insecure=true"};
    assertThat(requireRefused(with(nowhere, "--port", "0", "--data", data())))
        .isEqualTo(
            "sideband serve: grpc.address: no.such.host.invalid "
                + "(expected: an address, or a name that has one)");
  }

  @Test
  void shouldNameTheLoopbacksPortWhenItIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(requireRefused("--port", "0", "--data", data(), "--set", "loopback.port=" + port))
          .startsWith("sideband serve: loopback.port: " + port + " on 127.0.0.1 (expected: a free")
          .contains("--set loopback.port=...");
    }
  }

  @Test
  void shouldNameTheFileAndItsFaultWhenTheTelemetryIsConfiguredWrong() throws IOException {
    requireFault("", "nothing in it");
    requireFault("hello", "'hello'");
    requireFault("file_format: \"1.1\"\ntracer_provider: [", "line 2");
    requireFault("file_format: \"99\"", "Unsupported file format '99'");
    requireFault(
        "file_format: \"1.1\"\nmeter_provider:\n  readers: [{periodic: {interval: soon}}]",
        "meter_provider.readers.periodic.interval: ");
    requireFault(
        "file_format: \"1.1\"\ntracer_provider: {processors: [{simple: {exporter: {pigeon: }}}]}",
        "\"pigeon\"");
    assertThat(requireRefused("--otel", folder.resolve("none").toString()))
        .endsWith("(expected: a file that can be read)");
  }

  private void requireFault(String text, String fault) throws IOException {
    Path file = Files.writeString(folder.resolve("otel.yaml"), text);
    assertThat(requireRefused("--port", "0", "--data", data(), "--otel", file.toString()))
        .startsWith("sideband serve: " + file + ": ")
        .contains(fault)
        .hasSizeLessThan(400);
  }

  @Test
  void shouldNameTheMetricsPortWhenItIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(requireRefused("--port", "0", "--data", data(), "--metrics-port", port))
          .startsWith("sideband serve: telemetry.metrics-port: " + port + " on 127.0.0.1 (")
          .contains("--metrics-port");
    }
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void shouldNameTheFolderWhenItCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(requireRefused("--port", "0", "--data", file.resolve("data").toString()))
        .contains("log.rocksdb.path: ", file.toString());
  }

  @Test
  void shouldNameTheKeyWhenItIsUnknown() throws IOException {
    assertThat(requireRefused("--port", "0", "--data", data(), "--set", "grpc.prot=1"))
        .contains("command line: grpc.prot: unknown key", "port");
    Path file = Files.writeString(folder.resolve("s.yaml"), "grpc:\n  prot: 1\n");
    assertThat(requireRefused("--config", file.toString())).contains(file + ":2", "grpc.prot");
    assertThat(Path.of(data())).doesNotExist();
  }

  @Test
  void shouldNameTheTokensFileWhenItIsNotOne() throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens"), "tokens: []\n");
    assertThat(tokens.toFile().setReadable(false, false)).isTrue();
    assertThat(tokens.toFile().setReadable(true, true)).isTrue();
    assertThat(
            requireRefused("--port", "0", "--data", data(), "--set", "grpc.tokens-file=" + tokens))
        .contains(tokens.toString(), "no tokens");
  }

  @Test
  void shouldServeAnotherAddressOnlyWhenToldThatItIsInsecure() {
    // An address of RFC 5737: no machine has it, so to be allowed to listen there is to fail later.
    List<String> elsewhere = List.of("--address", "192.0.2.1", "--port", "0", "--data", data());
    assertThat(requireRefused(elsewhere.toArray(new String[0])))
        .contains("grpc.address: 192.0.2.1", "grpc.insecure");
    List<String> aloud = new ArrayList<>(elsewhere);
    aloud.add("--insecure");
    assertThat(requireRefused(aloud.toArray(new String[0])))
        .contains("grpc.address: 192.0.2.1", "an address of this machine")
        .doesNotContain("grpc.insecure");
  }

  @Test
  void shouldSayWhereItListensAndStopWhenStdinCloses() throws Exception {
    Run run = new Run();
    PipedOutputStream parent = new PipedOutputStream();
    PipedInputStream stdin = new PipedInputStream(parent);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(
            () ->
                run.execute(
                    stdin,
                    List.of("--json", "--until-stdin-closes", "--port", "0", "--data", data())));
    await().atMost(Duration.ofSeconds(20)).until(() -> !run.said().isEmpty() || exit.isDone());
    parent.write("anything\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    parent.flush();

    JsonNode line = new ObjectMapper().readTree(run.said().get(0));
    assertThat(line.fieldNames()).toIterable().containsExactly("address", "provider", "log");
    assertThat(line.get("provider").asText()).isEqualTo("loopback");
    assertThat(line.get("log").asText()).isEqualTo(Path.of(data()).toAbsolutePath().toString());
    assertThat(line.get("address").asText()).startsWith("127.0.0.1:");
    int port = Integer.parseInt(line.get("address").asText().replace("127.0.0.1:", ""));
    try (Caller caller = Caller.of(port)) {
      assertThat(caller.voices().getDialectsList()).isNotEmpty();
    }
    assertThat(exit).isNotDone();

    parent.close();

    assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(run.said()).hasSize(1);
    assertThat(run.complained()).isEmpty();
  }
}
