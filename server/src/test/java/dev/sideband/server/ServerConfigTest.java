package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.ServerConfig.OnExit;
import dev.sideband.server.ServerConfig.ProviderChoice;
import dev.sideband.server.log.rocksdb.RetentionConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server was told is understood, or refused with one clear line. */
class ServerConfigTest {
  private final Path folder;
  private final Path file;

  ServerConfigTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("server.yaml");
  }

  private static Optional<String> noEnvironment(String variable) {
    return Optional.empty();
  }

  private ServerConfig load(String... lines) throws IOException {
    return ServerConfig.load(write(lines), Map.of(), ServerConfigTest::noEnvironment);
  }

  private Optional<Path> write(String... lines) throws IOException {
    return Optional.of(Files.writeString(file, String.join("\n", lines) + "\n"));
  }

  private static ServerConfig flags(Map<String, String> flags) {
    return ServerConfig.load(Optional.empty(), flags, ServerConfigTest::noEnvironment);
  }

  private static ServerConfig environment(String key, Map<String, String> flags) {
    return ServerConfig.load(
        Optional.empty(),
        flags,
        name -> Optional.of(key).filter(k -> name.equals("OPENAI_API_KEY")));
  }

  private void shouldRefuse(String message, String... lines) {
    assertThatThrownBy(() -> load(lines))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message.replace("FILE", file.toString()))
        .hasMessageNotContaining("\n");
  }

  private static Path sample() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(ServerConfig.class.getResource("/server-sample.yaml")).toURI());
  }

  @Test
  void shouldSayTheDefaultsInTheSample() throws URISyntaxException {
    assertThat(ServerConfig.load(Optional.of(sample()), Map.of(), ServerConfigTest::noEnvironment))
        .isEqualTo(flags(Map.of()));
  }

  @Test
  void shouldNameEveryKeyInTheSampleOnce() throws URISyntaxException {
    Settings settings = Settings.read(Optional.of(sample()), Map.of());
    new ServerConfigReader(settings, ServerConfigTest::noEnvironment).read();

    assertThat(settings.written()).isEqualTo(settings.known()).hasSizeGreaterThan(30);
  }

  @Test
  void shouldExplainEveryKeyInTheSample() throws Exception {
    List<String> lines = Files.readAllLines(sample());
    for (int i = 1; i < lines.size(); i++) {
      boolean value = lines.get(i).matches(" *[a-z-]+:.*") && !lines.get(i).contains("#");
      boolean explained =
          lines.get(i - 1).contains("#") || lines.get(i - 1).matches(" *[a-z-]+:.*");
      assertThat(!value || explained).as("line %d: %s", i + 1, lines.get(i)).isTrue();
    }
  }

  @Test
  void shouldBeTheDefaultsWhenTheFileIsEmpty() throws IOException {
    assertThat(load("")).isEqualTo(flags(Map.of()));
    assertThat(load("# nothing", "grpc:")).isEqualTo(flags(Map.of()));
  }

  @Test
  void shouldReadWhatTheFileSays() throws IOException {
    ServerConfig config =
        load(
            "grpc:",
            "  port: 7",
            "log:",
            "  rocksdb: {path: /data, min-free: 1GiB}",
            "  retention: {max-age: 30d, max-bytes: 1GiB}",
            "session:",
            "  idle-timeout: 90s",
            "  on-exit: end",
            "loopback: {create-delay: 250ms}",
            "console: {port: off}");

    assertThat(config.grpc().port()).isEqualTo(7);
    assertThat(config.log().path()).isEqualTo(Path.of("/data"));
    assertThat(config.log().minFree()).isEqualTo(1L << 30);
    assertThat(config.retention()).isEqualTo(new RetentionConfig(Duration.ofDays(30), 1L << 30));
    assertThat(config.session().idleTimeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.session().onExit()).isEqualTo(OnExit.END);
    assertThat(config.loopback().createDelay()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.console().port()).isEmpty();
  }

  @Test
  void shouldPreferFlagsToTheFile() throws IOException {
    ServerConfig config =
        ServerConfig.load(
            write("grpc: {port: 7, insecure: true}"),
            Map.of("grpc.port", "8", "log.rocksdb.path", "/elsewhere"),
            ServerConfigTest::noEnvironment);

    assertThat(config.grpc().port()).isEqualTo(8);
    assertThat(config.grpc().insecure()).isTrue();
    assertThat(config.log().path()).isEqualTo(Path.of("/elsewhere"));
  }

  @Test
  void shouldNameTheKnownKeysWhenAKeyIsUnknown() {
    shouldRefuse(
        "FILE:3: grpc.prot: unknown key (expected: in grpc: "
            + "address, insecure, port, tls, tokens-file)",
        "grpc:",
        "  port: 1",
        "  prot: 2");
    shouldRefuse(
        "FILE:1: gprc.port: unknown key (expected: "
            + "console, grpc, log, loopback, openai, provider, repair, session, telemetry, webrtc)",
        "gprc: {port: 1}");
    shouldRefuse(
        "FILE:2: session.idle: unknown key (expected: in session: "
            + "configure-timeout, coordinators, hang-up-timeout, idle-timeout, max-duration, "
            + "max-pending-inputs, on-exit, prices-file, renew-before, start-timeout)",
        "session:",
        "  idle:");
  }

  @Test
  void shouldSayWhereAndWhatWhenAValueIsWrong() {
    shouldRefuse("FILE:2: grpc.port: 70000 (expected: 0 to 65535)", "grpc:", "  port: 70000");
    shouldRefuse("FILE:1: grpc.port: many (expected: a whole number)", "grpc: {port: many}");
    shouldRefuse(
        "FILE:3: session.start-timeout: 10 (expected: a duration such as 250ms, 10s, 60m, 2h or 30d)",
        "# a comment",
        "session:",
        "  start-timeout: 10");
    shouldRefuse(
        "FILE:1: session.start-timeout: 0ms (expected: more than 0)",
        "session: {start-timeout: 0}");
    shouldRefuse(
        "FILE:1: session.on-exit: stay (expected: end or leave)", "session: {on-exit: stay}");
    shouldRefuse(
        "FILE:1: log.rocksdb.min-free: 5 apples (expected: a size such as 512KiB, 256MiB or 1GiB)",
        "log: {rocksdb: {min-free: 5 apples}}");
    shouldRefuse(
        "FILE:1: log.retention.max-bytes: 1048576B (expected: 0, or 64MiB or more)",
        "log: {retention: {max-bytes: 1MiB}}");
    shouldRefuse(
        "FILE:1: log.rocksdb.sync: yes (expected: true or false)", "log: {rocksdb: {sync: yes}}");
    shouldRefuse("FILE:1: console.port: none (expected: a port, or off)", "console: {port: none}");
    shouldRefuse(
        "FILE:1: console.port: 65536 (expected: 0 to 65535, or off)", "console: {port: 65536}");
    shouldRefuse("FILE:1: grpc.port: a list (expected: a single value)", "grpc: {port: [1]}");
    shouldRefuse(
        "FILE:1: grpc: unknown key (expected: "
            + "console, grpc, log, loopback, openai, provider, repair, session, telemetry, webrtc)",
        "grpc: 5");
  }

  @Test
  void shouldSayThatAFlagIsWrong() {
    assertThatThrownBy(() -> flags(Map.of("grpc.port", "x")))
        .hasMessage("command line: grpc.port: x (expected: a whole number)");
    assertThatThrownBy(() -> flags(Map.of("grpc.prot", "1")))
        .hasMessageStartingWith("command line: grpc.prot: unknown key");
  }

  @Test
  void shouldSayWhereWhenTheFileIsNotYaml() {
    assertThatThrownBy(() -> load("grpc:", "  port: 1", " insecure: [true"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":")
        .hasMessageContaining("not YAML")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> load("provider: openai", "provider: loopback"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":2: not YAML: Duplicate");
    shouldRefuse("FILE:1: (expected: sections, as in server-sample.yaml)", "hello");
    file.toFile().delete();
    assertThatThrownBy(
            () -> ServerConfig.load(Optional.of(file), Map.of(), ServerConfigTest::noEnvironment))
        .hasMessage(file + ": cannot be read (expected: a YAML file)");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "localhost, true",
    "::1, true",
    "'[::1]', true",
    "0.0.0.0, false",
    "192.168.0.1, false",
    "example.org, false",
    "127.0.0.1.example.org, false",
    "::, false",
    "localhost.example.org, false"
  })
  void shouldDemandTlsAndTokensWhenOthersCanConnect(String address, boolean alone) {
    Map<String, String> open = Map.of("grpc.address", address, "grpc.insecure", "true");
    assertThat(flags(open).grpc().address()).isEqualTo(address);

    Map<String, String> bare = Map.of("grpc.address", address);
    if (alone) {
      assertThat(flags(bare).grpc().address()).isEqualTo(address);
    } else {
      assertThatThrownBy(() -> flags(bare))
          .hasMessage(
              "command line: grpc.address: %s (expected: a loopback address, or grpc.tls and "
                      .formatted(address)
                  + "grpc.tokens-file, or grpc.insecure: true)");
    }
  }

  @Test
  void shouldServeOthersWhenThereAreTlsAndTokens() throws IOException {
    String any = Files.writeString(folder.resolve("any.pem"), "").toString();
    Map<String, String> guarded =
        Map.of(
            "grpc.address", "0.0.0.0",
            "grpc.tls.certificate", any,
            "grpc.tls.key", any,
            "grpc.tokens-file", any);
    assertThat(flags(guarded).grpc().tls()).isPresent();

    assertThatThrownBy(() -> flags(Map.of("grpc.tls.certificate", any)))
        .hasMessage("grpc.tls.key: unset (expected: certificate and key, or neither)");
    assertThatThrownBy(() -> flags(Map.of("grpc.tokens-file", "/does/not/exist")))
        .hasMessage(
            "command line: grpc.tokens-file: /does/not/exist (expected: a file that can be read)");
  }

  @Test
  void shouldChooseTheProviderByTheKeyWhenNoneIsNamed() {
    assertThat(flags(Map.of()).provider()).isEqualTo(ProviderChoice.LOOPBACK);
    assertThat(environment("sk-1", Map.of()).provider()).isEqualTo(ProviderChoice.OPENAI);
    assertThat(environment("sk-1", Map.of("provider", "loopback")).provider())
        .isEqualTo(ProviderChoice.LOOPBACK);
    assertThat(environment(" ", Map.of()).provider()).isEqualTo(ProviderChoice.LOOPBACK);
    assertThatThrownBy(() -> flags(Map.of("provider", "openai")))
        .hasMessageStartingWith("command line: provider: openai (expected: an API key");
  }

  @ParameterizedTest
  @CsvSource({
    "https://models.example.org/v1, true",
    "http://127.0.0.1:8000/v1, true",
    "https://api.openai.com.example.org/v1, true",
    "https://notopenai.com/v1, true",
    "https://api.openai.com/v1, false",
    "https://API.OpenAI.com, false",
    "https://eu.api.openai.com/v1, false"
  })
  void shouldDemandAKeyOnlyForOpenAisOwnServers(String url, boolean keyless) {
    Map<String, String> flags = Map.of("provider", "openai", "openai.base-url", url);
    Map<String, String> unset = Map.of("openai.base-url", url);
    if (keyless) {
      assertThat(flags(flags).openAi().apiKey()).isEmpty();
      assertThat(flags(unset).provider()).isEqualTo(ProviderChoice.OPENAI);
    } else {
      assertThatThrownBy(() -> flags(flags))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("command line: provider: openai (expected: an API key");
      assertThat(flags(unset).provider()).isEqualTo(ProviderChoice.LOOPBACK);
    }
    assertThat(environment("sk-1", flags).openAi().apiKey()).isPresent();
  }

  @Test
  void shouldReadTheKeyFromItsFileAndNeverPrintIt() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "sk-secret\n");
    ServerConfig config =
        ServerConfig.load(
            Optional.empty(),
            Map.of("openai.api-key-file", key.toString()),
            name -> Optional.of("another"));

    assertThat(config.openAi().apiKey()).contains(new Secret("sk-secret"));
    assertThat(config.toString()).contains("***").doesNotContain("sk-secret");
    Files.writeString(key, " \n");
    assertThatThrownBy(() -> flags(Map.of("openai.api-key-file", key.toString())))
        .hasMessageContaining("a file with a key in it");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1, true", "https://10.0.0.1/v1, true", "http://127.0.0.1:80/v1, true",
    "http://localhost, true", "http://[::1]:9/v1, true", "http://api.openai.com/v1, false",
    "http://10.0.0.1, false", "ftp://127.0.0.1, false", "nonsense, false",
    "https://user:word@api.openai.com, false"
  })
  void shouldSendTheKeyOnlyWhereNobodyListens(String url, boolean allowed) {
    Map<String, String> flags = Map.of("openai.base-url", url);
    if (allowed) {
      assertThat(flags(flags).openAi().baseUrl()).isEqualTo(URI.create(url));
    } else {
      assertThatThrownBy(() -> flags(flags))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("command line: openai.base-url: ")
          .hasMessageNotContaining("word");
    }
  }
}
