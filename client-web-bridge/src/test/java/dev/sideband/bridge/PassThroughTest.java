package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes along with a call's messages, both ways. */
final class PassThroughTest {
  private static final String LIST = CONVERSATION + "List";
  private static final String SUBSCRIBE = CONVERSATION + "Subscribe";

  private final FakeServer server;
  private final RunningBridge bridge;

  PassThroughTest() throws Exception {
    server = FakeServer.start();
    bridge = RunningBridge.to(server);
  }

  @AfterEach
  void close() {
    bridge.close();
    server.close();
  }

  private WebClient page() {
    return WebClient.of(bridge, Form.BINARY);
  }

  private static Metadata.Key<String> text(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  /** The headers of the next call of List. */
  private CompletableFuture<Metadata> headersHeard() {
    CompletableFuture<Metadata> heard = new CompletableFuture<>();
    server.on(
        LIST,
        (call, headers) -> {
          heard.complete(headers);
          return answering(ListResponse.getDefaultInstance()).startCall(call, headers);
        });
    return heard;
  }

  @Test
  void shouldPassMetadataToTheServer() throws Exception {
    CompletableFuture<Metadata> heard = headersHeard();
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    byte[] bytes = {0, -1, 127, 10};
    page()
        .with("authorization", "Bearer of-its-own")
        .with("traceparent", trace)
        .with("X-Mixed-Case", "a, b")
        .with("x-user-language", "eo")
        .with("made-up-bin", Base64.getEncoder().encodeToString(bytes) + ",AQ")
        .call(LIST, ListRequest.getDefaultInstance())
        .rest();
    Metadata headers = heard.get(30, TimeUnit.SECONDS);
    assertThat(headers.get(text("authorization"))).isEqualTo("Bearer of-its-own");
    assertThat(headers.get(text("traceparent"))).isEqualTo(trace);
    assertThat(headers.get(text("x-mixed-case"))).isEqualTo("a, b");
    assertThat(headers.get(text("x-user-language"))).isEqualTo("eo");
    assertThat(headers.getAll(binary("made-up-bin"))).containsExactly(bytes, new byte[] {1});
  }

  @Test
  void shouldKeepWhatIsTheBrowsersBusiness() throws Exception {
    CompletableFuture<Metadata> heard = headersHeard();
    page()
        .with("cookie", "session=of-another-program")
        .with("referer", "http://127.0.0.1/")
        .with("sec-fetch-site", "same-origin")
        .with("sec-ch-ua-platform", "x")
        .with("accept-language", "eo")
        .with("accept-encoding", "gzip")
        .with("content-encoding", "identity")
        .with("content-language", "eo")
        .with("x-forwarded-for", "10.0.0.1")
        .with("user-agent", "a browser")
        .with("x-user-agent", "a library")
        .with("proxy-authorization", "secret")
        .with("accept", "*/*")
        .with("not!metadata", "x")
        .call(LIST, ListRequest.getDefaultInstance())
        .rest();
    Metadata headers = heard.get(30, TimeUnit.SECONDS);
    assertThat(headers.keys())
        .containsExactlyInAnyOrder("content-type", "user-agent", "grpc-accept-encoding");
    assertThat(headers.get(text("content-type"))).isEqualTo("application/grpc");
    assertThat(headers.get(text("user-agent"))).startsWith("sideband-bridge");
  }

  @Test
  void shouldPassMetadataToThePage() throws Exception {
    server.on(
        LIST,
        (call, headers) -> {
          Metadata first = new Metadata();
          first.put(text("served-by"), "node-1");
          first.put(text("set-cookie"), "session=of-the-server");
          first.put(binary("first-bin"), new byte[] {1, 2});
          Metadata last = new Metadata();
          last.put(text("cost"), "7");
          last.put(text("cost"), "8");
          last.put(binary("last-bin"), new byte[] {-1});
          call.sendHeaders(first);
          call.sendMessage(new byte[0]);
          call.close(Status.OK, last);
          return new ServerCall.Listener<>() {};
        });
    WebAnswer answer = page().call(LIST, ListRequest.getDefaultInstance());
    assertThat(answer.status()).isZero();
    assertThat(answer.headers().firstValue("served-by")).contains("node-1");
    assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    assertThat(answer.headers().firstValue("first-bin")).contains("AQI");
    assertThat(answer.headers().allValues("content-type")).hasSize(1);
    assertThat(answer.trailers("cost")).containsExactly("7", "8");
    assertThat(answer.trailers("last-bin")).containsExactly("/w");
  }

  @Test
  void shouldTellTheServerHowLongThePageWaits() throws Exception {
    CompletableFuture<Deadline> told = new CompletableFuture<>();
    server.on(
        LIST,
        (call, headers) -> {
          told.complete(Context.current().getDeadline());
          return answering(ListResponse.getDefaultInstance()).startCall(call, headers);
        });
    page().with("grpc-timeout", "30S").call(LIST, ListRequest.getDefaultInstance()).rest();
    assertThat(told.get(30, TimeUnit.SECONDS).timeRemaining(TimeUnit.SECONDS)).isBetween(1L, 30L);
  }

  @Test
  void shouldSetNoDeadlineWhenThePageHasNone() throws Exception {
    CompletableFuture<Boolean> endless = new CompletableFuture<>();
    server.on(
        SUBSCRIBE,
        (call, headers) -> {
          endless.complete(Context.current().getDeadline() == null);
          call.close(Status.OK, new Metadata());
          return new ServerCall.Listener<>() {};
        });
    page().call(SUBSCRIBE, SubscribeRequest.getDefaultInstance()).rest();
    assertThat(endless.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldSayThatTimeIsUpWhenTheServerIsSilent() throws Exception {
    for (String method : List.of(LIST, SUBSCRIBE)) {
      CompletableFuture<Void> cancelled = new CompletableFuture<>();
      server.on(
          method,
          (call, headers) ->
              new ServerCall.Listener<>() {
                @Override
                public void onCancel() {
                  cancelled.complete(null);
                }
              });
      WebAnswer answer = page().with("grpc-timeout", "200m").call(method, new byte[0]);
      assertThat(answer.status()).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
      cancelled.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldTellThePageWhenTheServerCancels() throws Exception {
    server.on(SUBSCRIBE, answering(Status.CANCELLED.withDescription("no more"), new Metadata()));
    WebAnswer answer = page().call(SUBSCRIBE, SubscribeRequest.getDefaultInstance());
    assertThat(answer.status()).isEqualTo(Status.Code.CANCELLED.value());
    assertThat(answer.message()).isEqualTo("no more");
  }
}
