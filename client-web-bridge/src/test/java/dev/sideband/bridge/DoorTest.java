package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may come in. */
final class DoorTest {
  private static final String LIST = CONVERSATION + "List";
  private static final String FRIEND = "https://app.example.org";

  private final FakeServer server;
  private final RunningBridge bridge;

  DoorTest() throws Exception {
    server = FakeServer.start().on(LIST, answering(ListResponse.getDefaultInstance()));
    bridge =
        RunningBridge.of(server.port())
            .calledBy("voice.example.org")
            .calledBy("2001:DB8::0:1")
            .allowing(FRIEND)
            .exposing("x-served-by")
            .open();
  }

  @AfterEach
  void close() {
    bridge.close();
    server.close();
  }

  private WebAnswer list(WebClient client) throws Exception {
    return client.call(LIST, ListRequest.getDefaultInstance());
  }

  private WebClient page() {
    return WebClient.of(bridge, Form.BINARY);
  }

  private String ownOrigin() {
    return "http://127.0.0.1:" + bridge.port();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(bridge.uri().resolve(path));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private String token() throws Exception {
    Matcher token =
        Pattern.compile("<meta name=\"sideband-token\" content=\"([^\"]+)\">")
            .matcher(get("/").body());
    assertThat(token.find()).isTrue();
    return token.group(1);
  }

  private static void assertRefused(WebAnswer answer, String words) throws Exception {
    assertThat(answer.status()).isEqualTo(Status.Code.PERMISSION_DENIED.value());
    assertThat(answer.message()).contains(words);
  }

  @Test
  void shouldLetInWhoIsNoBrowser() throws Exception {
    assertThat(list(page()).status()).isZero();
  }

  @Test
  void shouldLetItsOwnPageInWhenItShowsTheToken() throws Exception {
    WebClient own = page().with("origin", ownOrigin()).with("x-sideband-page", token());
    assertThat(list(own).status()).isZero();
  }

  @Test
  void shouldRefuseItsOwnPageWithoutTheToken() throws Exception {
    assertRefused(list(page().with("origin", ownOrigin())), "reload it");
    for (String wrong : List.of("", "x", token() + "x", token().substring(1))) {
      WebClient own = page().with("origin", ownOrigin()).with("x-sideband-page", wrong);
      assertRefused(list(own), "reload it");
    }
  }

  @Test
  void shouldGiveItsOwnPageItsFilesWithoutTheToken() throws Exception {
    assertThat(get("/", "origin", ownOrigin()).statusCode()).isEqualTo(200);
    assertThat(get("/", "origin", FRIEND).headers().firstValue("access-control-allow-origin"))
        .contains(FRIEND);
  }

  @Test
  void shouldNotHandTheTokenOn() throws Exception {
    CompletableFuture<Metadata> heard = new CompletableFuture<>();
    server.on(
        LIST,
        (call, headers) -> {
          heard.complete(headers);
          call.close(Status.ABORTED, new Metadata());
          return new ServerCall.Listener<>() {};
        });
    list(page().with("origin", ownOrigin()).with("x-sideband-page", token())).rest();
    assertThat(heard.get(30, TimeUnit.SECONDS).keys()).doesNotContain("x-sideband-page", "origin");
  }

  @Test
  void shouldRefusePagesOfOtherOrigins() throws Exception {
    for (String origin :
        List.of(
            "https://evil.example.org",
            "null",
            "http://127.0.0.1:1",
            "http://localhost:" + bridge.port(),
            "https://app.example.org.evil.example",
            "http://app.example.org")) {
      WebClient foreign = page().with("origin", origin).with("x-sideband-page", token());
      assertRefused(list(foreign), "--allow-origin");
    }
    assertThat(get("/", "origin", "https://evil.example.org").statusCode()).isEqualTo(403);
  }

  @Test
  void shouldAnswerOnlyToItsOwnNames() throws Exception {
    String port = ":" + bridge.port();
    for (String own :
        List.of(
            "127.0.0.1" + port,
            "LOCALHOST" + port,
            "[::1]",
            "voice.example.org",
            "[2001:db8::1]" + port)) {
      assertThat(get("/", "host", own).statusCode()).as(own).isEqualTo(200);
    }
    for (String foreign :
        List.of("evil.example.org", "evil.example.org" + port, "127.0.0.1.evil.example", "[::2]")) {
      HttpResponse<String> refused = get("/", "host", foreign);
      assertThat(refused.statusCode()).as(foreign).isEqualTo(421);
      assertThat(refused.body()).endsWith("--host NAME\n");
      assertRefused(list(page().with("host", foreign)), "--host NAME");
    }
  }

  /** By the headers alone: nobody waits for a body, or keeps it. */
  @Test
  @Timeout(60)
  void shouldRefuseForeignCallsWhenTheirBodyHasNotCome() throws Exception {
    try (Socket page = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
      page.getOutputStream()
          .write(
              """
              POST /%s HTTP/1.1\r
              Host: evil.example.org\r
              Content-Type: application/grpc-web+proto\r
              Content-Length: 1000000\r
              \r
              """
                  .formatted(LIST)
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(page.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(answer.lines().anyMatch(line -> line.equals("grpc-status: 7"))).isTrue();
    }
  }

  @Test
  void shouldLetPagesOfAnAllowedOriginReadAnswers() throws Exception {
    WebAnswer answer = list(page().with("origin", FRIEND));
    assertThat(answer.status()).isZero();
    assertThat(answer.headers().firstValue("access-control-allow-origin")).contains(FRIEND);
    assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
        .contains("grpc-status", "grpc-message", "grpc-status-details-bin", "x-served-by");
  }

  @Test
  void shouldTellAnAllowedOriginBeforehandThatItMayCall() throws Exception {
    HttpResponse<String> told = send(preflight(FRIEND));
    assertThat(told.statusCode()).isBetween(200, 204);
    assertThat(told.headers().firstValue("access-control-allow-origin")).contains(FRIEND);
    assertThat(told.headers().firstValue("access-control-allow-methods").orElseThrow())
        .contains("POST");
    assertThat(told.headers().firstValue("access-control-allow-headers").orElseThrow())
        .contains("x-grpc-web", "authorization", "made-up");
    HttpResponse<String> refused = send(preflight("https://evil.example.org"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  private HttpRequest.Builder preflight(String origin) {
    return HttpRequest.newBuilder(bridge.uri().resolve("/" + LIST))
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,made-up,x-grpc-web");
  }
}
