package dev.sideband.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sideband bridge}, until its input ends. */
final class BridgeCommandTest {

  /** What a run came to. */
  private record Run(int exit, List<String> out, List<String> err) {}

  private static Run run(String... arguments) {
    InputStream ended = new ByteArrayInputStream(new byte[0]);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        BridgeMain.commandLine(ended).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = line.execute(arguments);
    return new Run(exit, out.toString().lines().toList(), err.toString().lines().toList());
  }

  private static Run bridge(String options) {
    return run(("bridge --port 0 --until-stdin-closes " + options).strip().split(" +"));
  }

  private static void assertRefused(String options, String words) {
    Run run = bridge(options);
    assertThat(run.err()).as(options).singleElement().asString().contains(words);
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void shouldSayWhereItListensUntilItsInputEnds() {
    Run run = bridge("--server 127.0.0.1:7");
    assertThat(run.exit()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().get(0)).matches("Sideband .* lets browsers in at http://127.0.0.1:\\d+");
    assertThat(run.out().get(1)).isEqualTo("  server   127.0.0.1:7");
    assertThat(run.out().get(2)).matches("Next:  open http://127.0.0.1:\\d+ .*");
    assertThat(bridge("--json --server [::1]:7").out())
        .singleElement()
        .asString()
        .matches("\\{\"url\":\"http://127.0.0.1:\\d+\",\"server\":\"\\[::1]:7\"}");
  }

  @Test
  void shouldSayHttpsWhenItShowsACertificate(@TempDir Path folder) throws Exception {
    TestCertificate made = TestCertificate.ofThisMachine(folder);
    String options = "--tls-cert " + made.certificate() + " --tls-key " + made.key();
    assertThat(bridge(options + " --address 0.0.0.0").out().get(0)).contains(" https://");
    assertRefused("--tls-cert " + made.certificate(), "--tls-key: unset");
    assertRefused("--tls-key " + made.key(), "--tls-cert: unset");
    assertRefused("--tls-key " + made.key() + " --tls-cert " + made.key(), "not a PEM certificate");
    assertRefused(
        "--tls-cert no-such-file --tls-key " + made.key(),
        "--tls-cert: no-such-file (expected: a file that can be read)");
  }

  @Test
  void shouldNotListenForOthersInTheClear() {
    assertRefused(
        "--address 0.0.0.0",
        "--address: 0.0.0.0 (expected: a loopback address, or --tls-cert and --tls-key, or"
            + " --insecure)");
    assertThat(bridge("--address 0.0.0.0 --insecure").exit()).isZero();
    assertThat(bridge("--address localhost").exit()).isZero();
  }

  @Test
  void shouldSayWhatIsWrongInOneLine(@TempDir Path folder) throws Exception {
    Path noCertificate = Files.writeString(folder.resolve("ca.pem"), "nothing");
    assertRefused("--server nowhere", "--server: nowhere (expected: HOST:PORT");
    assertRefused("--server 127.0.0.1:0", "--server: 127.0.0.1:0");
    assertRefused("--server a:b:7", "--server: a:b:7");
    assertRefused("--server my_server:50051", "--server: my_server:50051 (expected: HOST:PORT");
    assertRefused("--tls --server-name my_name", "--server-name: my_name (expected: a name in");
    assertRefused("--server-name x", "--tls: unset");
    assertRefused("--tls --server-ca no-such-file", "--server-ca: no-such-file");
    assertRefused("--tls --server-ca " + noCertificate, "--server-ca: not PEM certificates");
    assertRefused("--allow-origin example.org", "--allow-origin: example.org (expected: as");
    assertRefused("--allow-origin https://example.org/path", "--allow-origin: https://ex");
    assertRefused("--allow-origin *", "--allow-origin: *");
    for (String origin :
        List.of(
            "https://App.example.org",
            "HTTPS://app.example.org",
            "https://app.example.org:443",
            "http://app.example.org:80",
            "https://me@app.example.org")) {
      assertRefused("--allow-origin " + origin, "--allow-origin: " + origin + " (expected: as");
    }
    assertRefused("--host https://x", "--host: https://x");
    assertRefused("--host x.example.org:8080", "--host: x.example.org:8080 (expected: a name");
    assertRefused("--host [::1]:8080", "--host: [::1]:8080");
    assertRefused("--address nowhere.invalid --insecure", "--address: nowhere.invalid");
    assertRefused("--address 203.0.113.1 --insecure", "--address: 203.0.113.1");
    assertThat(run("bridge", "--port", "65536").err().get(0)).contains("--port: 65536");
  }

  @Test
  void shouldTakeWhatBrowsersSay() {
    for (String option :
        List.of(
            "--allow-origin https://app.example.org:8443",
            "--allow-origin http://[::1]:81",
            "--host My_host.example.org",
            "--host [2001:db8::1]",
            "--host 2001:db8::1")) {
      assertThat(bridge(option).err()).as(option).isEmpty();
    }
  }

  @Test
  void shouldAnnounceAnAddressThatWasGivenInBrackets() {
    BridgeConfig.Listen listen =
        new BridgeConfig.Listen("[::1]", 80, Optional.empty(), false, Set.of(), Set.of(), Set.of());
    assertThat(BridgeCommand.url(listen, 80)).isEqualTo("http://[::1]:80");
  }

  @Test
  void shouldSayThatThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Run run = run("bridge", "--port", port, "--until-stdin-closes");
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err())
          .containsExactly(
              "sideband bridge: --port: %s on 127.0.0.1 (expected: a free port; 0 takes any, another"
                      .formatted(port)
                  + " bridge may be running)");
    }
  }
}
