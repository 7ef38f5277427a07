package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compatible server that asks for no key. */
class KeylessTest {
  private final Path folder;
  private final HttpServer elsewhere;
  private final Map<String, Boolean> bearing = new ConcurrentHashMap<>();

  KeylessTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext("/", this::answer);
    elsewhere.start();
  }

  @AfterEach
  void stop() {
    elsewhere.stop(0);
  }

  /** Refuses everything, so that nothing but the request is of interest. */
  private void answer(HttpExchange exchange) throws IOException {
    bearing.put(
        exchange.getRequestURI().getPath(),
        exchange.getRequestHeaders().containsKey("Authorization"));
    byte[] body = "{\"error\":{\"code\":\"no\"}}".getBytes(UTF_8);
    exchange.sendResponseHeaders(400, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Refusal refusedStart(Optional<String> key) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("grpc.port", "0");
    flags.put("log.rocksdb.path", folder.resolve("data").toString());
    flags.put("openai.base-url", "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/v1");
    ServerConfig config = ServerConfig.load(Optional.empty(), flags, name -> key);
    try (Server server = Server.open(config, Telemetry.off(), fatal -> {});
        Caller caller = Caller.of(server.port())) {
      Refusal refusal = caller.refusedStart(Requests.webRtc());
      await().until(() -> bearing.size() == 2);
      return refusal;
    }
  }

  @Test
  void shouldSendNoAuthorizationWhenThereIsNoKey() {
    assertThat(refusedStart(Optional.empty()).status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(bearing)
        .isEqualTo(Map.of("/v1/realtime/calls", false, "/v1/models/gpt-realtime", false));
  }

  @Test
  void shouldSendTheKeyWhenThereIsOne() {
    assertThat(refusedStart(Optional.of("sk-there-is-one")).status())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(bearing)
        .isEqualTo(Map.of("/v1/realtime/calls", true, "/v1/models/gpt-realtime", true));
  }
}
