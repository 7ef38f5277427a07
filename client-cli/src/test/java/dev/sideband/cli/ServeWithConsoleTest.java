package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sideband serve}, with the bridge that it starts beside the server. */
@Timeout(120)
final class ServeWithConsoleTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final HttpClient browser = HttpClient.newHttpClient();
  private final Path folder;
  private final List<Process> servers = new ArrayList<>();

  ServeWithConsoleTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    servers.forEach(server -> server.destroyForcibly().onExit().join());
  }

  /** Its standard error goes into the folder's {@code errors}. */
  private Process serve(String consolePort) throws IOException {
    return start("--console-port=" + consolePort, "--json");
  }

  private Process start(String... options) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "../sideband",
            "serve",
            "--port=0",
            "--data=" + folder.resolve("data"),
            "--provider=loopback",
            "--set=loopback.media=none",
            "--until-stdin-closes");
    builder.command().addAll(List.of(options));
    Process server = builder.redirectError(folder.resolve("errors").toFile()).start();
    servers.add(server);
    return server;
  }

  /** All that it complained of, but for a page that could not be built on this machine. */
  private List<String> errors() throws IOException {
    return Files.readAllLines(folder.resolve("errors")).stream()
        .filter(line -> !line.startsWith("  The console page is left out"))
        .toList();
  }

  private static JsonObject json(BufferedReader said) throws IOException {
    return JsonParser.parseString(said.readLine()).getAsJsonObject();
  }

  private HttpResponse<String> get(URI page) throws IOException, InterruptedException {
    return browser.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
  }

  private URI consoleOf(Process server) throws IOException {
    BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
    assertThat(json(said).has("address")).isTrue();
    return URI.create(json(said).get("console").getAsString() + "/");
  }

  /** The status of List, called as the page calls it. */
  private String listStatus(URI console) throws Exception {
    Matcher token =
        Pattern.compile("sideband-token\" content=\"([^\"]+)").matcher(get(console).body());
    assertThat(token.find()).isTrue();
    HttpRequest list =
        HttpRequest.newBuilder(console.resolve("sideband.v1.Conversation/List"))
            .header("content-type", "application/grpc-web+proto")
            .header("origin", console.toString().replaceFirst("/$", ""))
            .header("x-sideband-page", token.group(1))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5]))
            .build();
    return browser.send(list, BodyHandlers.ofString()).body();
  }

  private void awaitNobodyAt(URI console) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(catchThrowable(() -> get(console.resolve("healthz"))))
                    .isInstanceOf(ConnectException.class));
  }

  @Test
  void shouldLetThePageCallTheServerUntilTheServerEnds() throws Exception {
    Process server = serve("0");
    URI console = consoleOf(server);
    assertThat(get(console.resolve("healthz")).body()).isEqualTo("ok\n");
    assertThat(listStatus(console)).contains("grpc-status: 0");
    server.getOutputStream().close();
    assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isZero();
    awaitNobodyAt(console);
    assertThat(errors()).isEmpty();
  }

  @Test
  void shouldTellPeopleWhereTheConsoleIs() throws Exception {
    Process server = start("--console-port=0");
    String line =
        server
            .inputReader(StandardCharsets.UTF_8)
            .lines()
            .filter(each -> each.startsWith("Console:"))
            .findFirst()
            .orElseThrow();
    assertThat(line).matches("Console: {2}http://127\\.0\\.0\\.1:[0-9]+");
    URI console = URI.create(line.replaceFirst("Console: *", "") + "/");
    assertThat(get(console.resolve("healthz")).body()).isEqualTo("ok\n");
    assertThat(get(console).body()).contains("sideband-token");
  }

  @Test
  void shouldTakeTheBridgeAlongWhenTheServerIsKilled() throws Exception {
    Process server = serve("0");
    URI console = consoleOf(server);
    server.destroyForcibly().onExit().join();
    awaitNobodyAt(console);
  }

  @Test
  void shouldServeWithoutAConsoleWhenItsPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process server = serve(String.valueOf(taken.getLocalPort()));
      assertThat(json(server.inputReader(StandardCharsets.UTF_8)).has("address")).isTrue();
      await().atMost(SOON).until(() -> !errors().isEmpty());
      assertThat(errors())
          .singleElement()
          .asString()
          .contains("console: not served: --port: " + taken.getLocalPort())
          .endsWith("--console-port chooses another port, --no-console none");
      assertThat(server.isAlive()).isTrue();
    }
  }
}
