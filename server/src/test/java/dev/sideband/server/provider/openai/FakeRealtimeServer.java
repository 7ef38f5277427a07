package dev.sideband.server.provider.openai;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A realtime server that does what a test scripts: each create, hang-up and join takes the next
 * scripted answer, and where there is none succeeds. Any thread may script.
 */
final class FakeRealtimeServer implements AutoCloseable {

  static final String SDP_ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

  /** A request as it came. */
  record Received(HttpVersion version, String method, String uri, MultiMap headers, String body) {}

  private static final int MAX_MESSAGE = 16 * 1024 * 1024;
  private static final int SWITCH = 101;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
  private final HttpServer server;
  private final Queue<Consumer<HttpServerResponse>> creates = new ConcurrentLinkedQueue<>();
  private final Queue<Consumer<HttpServerResponse>> hangUps = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> joins = new ConcurrentLinkedQueue<>();
  private final List<Received> requests = new CopyOnWriteArrayList<>();
  private final BlockingQueue<FakeConnection> connections = new LinkedBlockingQueue<>();
  private volatile boolean holdsJoins;
  private volatile boolean forgets;

  FakeRealtimeServer() {
    this(new HttpServerOptions());
  }

  FakeRealtimeServer(HttpServerOptions options) {
    options
        .setHost("127.0.0.1")
        .setPort(0)
        .setMaxWebSocketFrameSize(MAX_MESSAGE)
        .setMaxWebSocketMessageSize(MAX_MESSAGE);
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(this::serve)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  int port() {
    return server.actualPort();
  }

  /** The next create is answered like this. */
  FakeRealtimeServer onCreate(Consumer<HttpServerResponse> answer) {
    creates.add(answer);
    return this;
  }

  /** The next create is answered 201 with this Location and body. */
  FakeRealtimeServer onCreate(String location, String body) {
    return onCreate(
        response -> response.setStatusCode(201).putHeader("Location", location).end(body));
  }

  /** The next create is refused. */
  FakeRealtimeServer refuseCreate(int status, String body) {
    return onCreate(response -> response.setStatusCode(status).end(body));
  }

  /** The next hang-up is answered like this. */
  FakeRealtimeServer onHangUp(Consumer<HttpServerResponse> answer) {
    hangUps.add(answer);
    return this;
  }

  /** The next joins are refused, each with the next status. */
  FakeRealtimeServer refuseJoins(int... statuses) {
    for (int status : statuses) {
      joins.add(status);
    }
    return this;
  }

  /** From now on a join gets no answer at all. */
  FakeRealtimeServer holdJoins() {
    holdsJoins = true;
    return this;
  }

  /** From now on there are no calls. */
  FakeRealtimeServer forgetCalls() {
    forgets = true;
    return this;
  }

  /** What came, in order. */
  List<Received> requests() {
    return List.copyOf(requests);
  }

  /** What came to paths that end so. */
  List<Received> requests(String method, String pathEnd) {
    return requests.stream()
        .filter(r -> r.method().equals(method))
        .filter(r -> r.uri().replaceFirst("\\?.*", "").endsWith(pathEnd))
        .toList();
  }

  /** The next sideband that was accepted. */
  FakeConnection nextConnection() {
    try {
      @Nullable FakeConnection next = connections.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no sideband came");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void serve(HttpServerRequest request) {
    if (request.headers().contains("upgrade", "websocket", true)) {
      note(request, "");
      join(request);
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              note(request, body.toString());
              answer(request);
            });
  }

  private void note(HttpServerRequest request, String body) {
    requests.add(
        new Received(
            request.version(), request.method().name(), request.uri(), request.headers(), body));
  }

  private void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (request.path().endsWith("/hangup")) {
      take(hangUps, r -> r.setStatusCode(forgets ? 404 : 200).end()).accept(response);
    } else if (request.path().endsWith("/realtime/calls")) {
      take(creates, FakeRealtimeServer::created).accept(response);
    } else {
      response.setStatusCode(200).end("{}");
    }
  }

  private static void created(HttpServerResponse response) {
    response
        .setStatusCode(201)
        .putHeader("Location", "/v1/realtime/calls/rtc_fake")
        .end(SDP_ANSWER);
  }

  private static Consumer<HttpServerResponse> take(
      Queue<Consumer<HttpServerResponse>> scripted, Consumer<HttpServerResponse> usual) {
    @Nullable Consumer<HttpServerResponse> next = scripted.poll();
    return next == null ? usual : next;
  }

  private void join(HttpServerRequest request) {
    if (holdsJoins) {
      return;
    }
    @Nullable Integer status = joins.poll();
    if (status != null && status != SWITCH) {
      request.response().setStatusCode(status).end("{\"error\":{\"code\":\"refused\"}}");
      return;
    }
    request.toWebSocket().onSuccess(socket -> connections.add(new FakeConnection(socket)));
  }

  /** Bytes that are no UTF-8. */
  static Buffer notUtf8() {
    return Buffer.buffer(new byte[] {'v', '=', '0', (byte) 0xC3, (byte) 0x28});
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
