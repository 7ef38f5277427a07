package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bridge's process, played by a script. */
@Timeout(60)
final class ConsoleTest {
  /** Notes its call, says that it is ready, and lives until its input ends. */
  private static final String LIVES =
      "echo '{\"url\":\"http://127.0.0.1:8080\"}'; cat; echo ended >>DIR/ended";

  private final Path folder;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private Optional<Console> console = Optional.empty();

  ConsoleTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    console.ifPresent(Console::close);
  }

  private static final ServerConfig.Grpc HERE =
      new ServerConfig.Grpc("127.0.0.1", 0, Optional.empty(), Optional.empty(), false);

  private void start(String script) throws IOException {
    start(script, HERE, Console.Patience.USUAL);
  }

  private void start(String script, ServerConfig.Grpc grpc) throws IOException {
    start(script, grpc, Console.Patience.USUAL);
  }

  /** One for which every life in which it served was a long one. */
  private void startWithoutPatience(String script) throws IOException {
    start(
        script,
        HERE,
        new Console.Patience(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(200)));
  }

  private void start(String script, ServerConfig.Grpc grpc, Console.Patience patience)
      throws IOException {
    Path launcher = folder.resolve("sideband");
    String note = "echo \"$*\" >>DIR/calls; env >DIR/environment\n";
    Files.writeString(launcher, ("#!/bin/sh\n" + note + script).replace("DIR", folder.toString()));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    Console made =
        new Console(
            new ConsoleOrder(launcher, 8080, grpc),
            patience,
            told::add,
            new PrintStream(errors, true, UTF_8));
    console = Optional.of(made);
    made.start(7);
  }

  private String awaitTold() throws InterruptedException {
    return told.poll(20, TimeUnit.SECONDS);
  }

  private List<String> lines(String file) throws IOException {
    Path written = folder.resolve(file);
    return Files.exists(written) ? Files.readAllLines(written) : List.of();
  }

  @Test
  void shouldTellWhereThePageIsAndEndWithTheServer() throws Exception {
    start(LIVES);
    assertThat(awaitTold()).isEqualTo("http://127.0.0.1:8080");
    assertThat(lines("calls"))
        .containsExactly("bridge --port 8080 --server 127.0.0.1:7 --json --until-stdin-closes");
    assertThat(lines("ended")).isEmpty();
    console.orElseThrow().close();
    assertThat(lines("ended")).containsExactly("ended");
  }

  @Test
  void shouldGiveItNoSecrets() throws Exception {
    start(LIVES);
    awaitTold();
    assertThat(lines("environment"))
        .anyMatch(line -> line.startsWith("PATH="))
        .allMatch(
            line ->
                line.matches(
                    "(PATH|HOME|JAVA_HOME|LANG|LC_ALL|TMPDIR|TZ|XDG_CACHE_HOME|MAVEN_REPOSITORY"
                        + "|SIDEBAND_BUILDING|PWD|OLDPWD|SHLVL|_)=.*"));
  }

  @Test
  void shouldTellItWhomToBelieveWhenTheServerSpeaksTls() throws Exception {
    TestCertificate certificate =
        TestCertificate.of(folder, "dns:*.voice.example.org,ip:127.0.0.1");
    ServerConfig.Tls tls = new ServerConfig.Tls(certificate.certificate(), certificate.key());
    start(LIVES, new ServerConfig.Grpc("0.0.0.0", 0, Optional.of(tls), Optional.empty(), true));
    awaitTold();
    assertThat(lines("calls"))
        .containsExactly(
            "bridge --port 8080 --server 127.0.0.1:7 --tls --server-ca "
                + certificate.certificate()
                + " --server-name any.voice.example.org --json --until-stdin-closes");
  }

  @Test
  @ExpectWarning("console: its bridge stopped (exit code 9); it is started again")
  void shouldStartItAgainWhenItDies() throws Exception {
    start(
        "test -e DIR/died && echo '{\"url\":\"second\"}' && exec cat;"
            + " touch DIR/died; echo '{\"url\":\"first\"}'; exit 9");
    assertThat(awaitTold()).isEqualTo("first");
    assertThat(awaitTold()).isEqualTo("second");
    assertThat(lines("calls")).hasSize(2);
  }

  @Test
  void shouldPassOnWhatItComplainsOf() throws Exception {
    start("echo 'a warning' >&2; " + LIVES);
    awaitTold();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(errors.toString(UTF_8)).isEqualTo("a warning\n"));
  }

  @Test
  @ExpectWarning(
      "console: not served: --port: 8080 on 127.0.0.1 (expected: a free port);"
          + " --console-port chooses another port, --no-console none")
  void shouldSayWhyThereIsNoneWhenItCannotBeStarted() throws Exception {
    start("echo 'sideband bridge: --port: 8080 on 127.0.0.1 (expected: a free port)' >&2; exit 2");
    await().atMost(Duration.ofSeconds(20)).until(() -> !lines("calls").isEmpty());
    assertThat(errors.toString(UTF_8)).isEmpty();
    assertThat(lines("calls")).hasSize(1);
  }

  @Test
  @ExpectWarning(
      "console: not served: no Java here (needed: 17 or newer); on this system:  get one;"
          + " --console-port chooses another port, --no-console none")
  void shouldKeepEachLineOfWhyItCannotBeStarted() throws Exception {
    start(
        "echo 'building ...' >&2; echo 'sideband: no Java here (needed: 17 or newer)' >&2;"
            + " echo '  on this system:  get one' >&2; exit 2");
    await().atMost(Duration.ofSeconds(20)).until(() -> !lines("calls").isEmpty());
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(errors.toString(UTF_8)).isEqualTo("building ...\n"));
  }

  @Test
  void shouldLoseNoLineThatTurnsOutNotToBeTheLast() throws Exception {
    StringBuilder script = new StringBuilder("echo 'sideband: the build failed:' >&2\n");
    for (int i = 1; i <= 20; i++) {
      script.append("echo '  line ").append(i).append("' >&2\n");
    }
    start(script + "echo 'trying again' >&2\n" + LIVES);
    awaitTold();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(errors.toString(UTF_8).lines())
                    .hasSize(22)
                    .startsWith("sideband: the build failed:", "  line 1", "  line 2")
                    .endsWith("  line 20", "trying again"));
  }

  @Test
  @ExpectWarning(
      "console: its bridge stopped (exit code 9); it is started again; it said last: 2; 3; 4")
  void shouldSayWhatItSaidLastWhenItDies() throws Exception {
    start(
        "test -e DIR/died && echo '{\"url\":\"second\"}' && exec cat;"
            + " touch DIR/died; for i in 1 2 3 4; do echo $i >&2; done; exit 9");
    assertThat(awaitTold()).isEqualTo("second");
    assertThat(errors.toString(UTF_8)).isEqualTo("1\n2\n3\n4\n");
  }

  @Test
  @ExpectWarning("console: its bridge stopped (exit code 9); it is started again")
  @ExpectWarning("console: its bridge stopped 5 times in a row and is not started again; find out")
  void shouldNotBeStartedForEverWhenItNeverServes() throws Exception {
    startWithoutPatience("exit 9");
    await().atMost(Duration.ofSeconds(20)).until(() -> lines("calls").size() == 5);
  }

  @Test
  @ExpectWarning("console: its bridge stopped (exit code 9); it is started again")
  void shouldBeStartedAgainHoweverOftenWhenItServedInBetween() throws Exception {
    startWithoutPatience("echo '{\"url\":\"x\"}'; exit 9");
    await().atMost(Duration.ofSeconds(20)).until(() -> lines("calls").size() > 7);
  }

  private ProcessHandle started() throws IOException {
    return ProcessHandle.of(Long.parseLong(lines("child").get(0))).orElseThrow();
  }

  @Test
  void shouldEndWhatItStartedWithIt() throws Exception {
    for (String end : List.of("exec cat", "wait")) {
      startWithoutPatience(
          "sleep 1000 >/dev/null 2>&1 & echo $! >DIR/child; echo '{\"url\":\"x\"}'; " + end);
      awaitTold();
      ProcessHandle child = started();
      assertThat(child.isAlive()).isTrue();
      console.orElseThrow().close();
      await().atMost(Duration.ofSeconds(20)).until(() -> !child.isAlive());
    }
  }

  @Test
  @ExpectWarning("console: not served: ")
  void shouldLeaveNoneBehindWhenItCannotBeUnderstood() throws Exception {
    startWithoutPatience("echo $$ >DIR/child; echo 'no JSON'; exec sleep 1000");
    await().atMost(Duration.ofSeconds(20)).until(() -> !lines("child").isEmpty());
    long child = Long.parseLong(lines("child").get(0));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void shouldSayNothingWhenItEndsWithUs() throws Exception {
    start("echo '{\"url\":\"x\"}'; while [ ! -e DIR/signal ]; do sleep 0.1; done; exit 143");
    awaitTold();
    console.orElseThrow().leaving();
    Files.createFile(folder.resolve("signal"));
    console.orElseThrow().close();
    assertThat(told).isEmpty();
  }
}
