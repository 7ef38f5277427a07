package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What pages and load balancers are told when the server is not there, or goes. */
final class ServerAwayTest {
  private static final String LIST = CONVERSATION + "List";

  private static WebAnswer list(RunningBridge bridge) throws Exception {
    return WebClient.of(bridge, Form.BINARY).call(LIST, ListRequest.getDefaultInstance());
  }

  private static HttpResponse<String> health(RunningBridge bridge) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(bridge.uri().resolve("/healthz")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  /** A port that was free a moment ago. */
  private static int freePort() throws Exception {
    try (FakeServer server = FakeServer.start()) {
      return server.port();
    }
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoServer() throws Exception {
    int port = freePort();
    try (RunningBridge bridge = RunningBridge.to(port)) {
      WebAnswer answer = list(bridge);
      assertThat(answer.status()).isEqualTo(Status.Code.UNAVAILABLE.value());
      assertThat(answer.message())
          .isEqualTo(
              "no Sideband server answers at 127.0.0.1:%d; start one with:  ./sideband serve"
                  .formatted(port));
    }
  }

  @Test
  void shouldServeAgainWhenTheServerIsBack() throws Exception {
    int port = freePort();
    try (RunningBridge bridge = RunningBridge.to(port)) {
      for (int i = 0; i < 5; i++) {
        assertThat(list(bridge).status()).isEqualTo(Status.Code.UNAVAILABLE.value());
      }
      try (FakeServer server = FakeServer.startAt(port)) {
        server.on(LIST, answering(ListResponse.getDefaultInstance()));
        assertThat(list(bridge).status()).isZero();
      }
    }
  }

  @Test
  void shouldTellStreamsWhenTheServerIsLost() throws Exception {
    try (FakeServer server = FakeServer.start();
        Wire wire = Wire.to(server);
        RunningBridge bridge = RunningBridge.to(wire.port())) {
      server.on(
          CONVERSATION + "Subscribe",
          FakeServer.lasting(new CompletableFuture<>(), new byte[] {10, 0}));
      WebAnswer answer =
          WebClient.of(bridge, Form.TEXT)
              .call(CONVERSATION + "Subscribe", SubscribeRequest.getDefaultInstance());
      assertThat(answer.next()).isPresent();
      wire.cut();
      assertThat(answer.status()).isEqualTo(Status.Code.UNAVAILABLE.value());
      assertThat(answer.message())
          .isEqualTo(
              "the connection to the server at 127.0.0.1:%d was lost; call again"
                  .formatted(wire.port()));
      server.on(LIST, answering(ListResponse.getDefaultInstance()));
      assertThat(list(bridge).status()).isZero();
    }
  }

  @Test
  void shouldTellStreamsWhenTheBridgeStops() throws Exception {
    try (FakeServer server = FakeServer.start()) {
      RunningBridge bridge = RunningBridge.to(server);
      CompletableFuture<Void> cancelled = new CompletableFuture<>();
      server.on(CONVERSATION + "Subscribe", FakeServer.lasting(cancelled, new byte[] {10, 0}));
      WebAnswer answer =
          WebClient.of(bridge, Form.BINARY)
              .call(CONVERSATION + "Subscribe", SubscribeRequest.getDefaultInstance());
      assertThat(answer.next()).isPresent();
      bridge.close();
      assertThat(answer.status()).isEqualTo(Status.Code.UNAVAILABLE.value());
      assertThat(answer.message()).isEqualTo("this bridge is shutting down; call again");
      cancelled.get();
    }
  }

  @Test
  void shouldBeHealthyWhenTheServerServes() throws Exception {
    try (FakeServer server = FakeServer.start();
        RunningBridge bridge = RunningBridge.to(server)) {
      server.serving(ServingStatus.SERVING);
      assertThat(health(bridge).statusCode()).isEqualTo(200);
      assertThat(health(bridge).body()).isEqualTo("ok\n");
      server.serving(ServingStatus.NOT_SERVING);
      assertThat(health(bridge).statusCode()).isEqualTo(503);
      assertThat(health(bridge).body())
          .isEqualTo("the server at 127.0.0.1:%d is NOT_SERVING\n".formatted(server.port()));
    }
  }

  @Test
  void shouldBeUnhealthyWhenThereIsNoServer() throws Exception {
    try (RunningBridge bridge = RunningBridge.to(freePort())) {
      assertThat(health(bridge).statusCode()).isEqualTo(503);
      assertThat(health(bridge).body().lines())
          .singleElement()
          .asString()
          .endsWith("start one with:  ./sideband serve");
    }
  }
}
