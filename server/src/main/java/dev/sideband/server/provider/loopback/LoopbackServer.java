package dev.sideband.server.provider.loopback;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible realtime server in this process, spoken to over the wire: it creates calls,
 * answers their SDP with a real peer, lets sidebands join, and answers by a script ({@link
 * Assistant}).
 *
 * <p><b>Threads.</b> Any thread may call; {@link #start} and {@link #close} wait, and so do the
 * faults that strike at once. Inside, one event loop owns everything.
 */
public final class LoopbackServer implements AutoCloseable {
  private static final int MOST_FRAME_BYTES = 24 << 20;
  private static final long CLOSE_GRACE_MS = 500;

  private final LoopbackConfig config;
  private final OwnerLoop loop;
  private final HttpServer http;
  private final CallTable calls;
  private final LoopbackFaults faults;
  private final Sockets sockets;
  private final @Nullable MediaEngine engine;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LoopbackServer(
      LoopbackConfig config,
      HttpServerOptions options,
      OwnerLoop loop,
      LoopbackScript script,
      @Nullable MediaEngine engine) {
    this.config = config;
    this.loop = loop;
    this.engine = engine;
    this.calls = new CallTable(loop, config, script, engine);
    this.faults = new LoopbackFaults();
    this.sockets = new Sockets();
    Keys keys = new Keys(loop, config.apiKey());
    HttpRoutes routes =
        new HttpRoutes(
            loop,
            keys,
            new CallRoutes(loop, config, calls, keys, faults),
            new SocketRoutes(
                loop,
                config.delays().join(),
                calls,
                keys,
                new SocketRoutes.SocketFaults(faults, sockets)),
            new ControlRoutes(calls, faults, sockets));
    this.http = loop.vertx().createHttpServer(options).requestHandler(routes::handle);
  }

  /**
   * Starts listening.
   *
   * @throws LoopbackException if it cannot listen there, its TLS files are unusable, or native
   *     media cannot be loaded
   */
  public static LoopbackServer start(LoopbackConfig config, LoopbackEnvironment environment) {
    return start(config, environment, LoopbackScript.NONE);
  }

  /** The same, whose calls hear what was recorded before they meet the assistant. */
  public static LoopbackServer start(
      LoopbackConfig config, LoopbackEnvironment environment, LoopbackScript script) {
    HttpServerOptions options = httpOptions();
    config.tls().ifPresent(tls -> secure(options, tls));
    MediaEngine engine = config.media() == LoopbackConfig.Media.NONE ? null : MediaEngine.open();
    OwnerLoop loop = OwnerLoop.of(Vertx.vertx(vertxOptions()), environment);
    LoopbackServer server = new LoopbackServer(config, options, loop, script, engine);
    try {
      await(loop.ask(() -> server.http.listen(config.port(), config.address())));
      return server;
    } catch (CompletionException refused) {
      server.close();
      throw refusal(config, refused);
    }
  }

  private static LoopbackException refusal(LoopbackConfig config, CompletionException refused) {
    if (config.tls().isPresent() && !(refused.getCause() instanceof IOException)) {
      LoopbackConfig.Tls tls = config.tls().get();
      return new LoopbackException(
          "tls: %s, %s (expected: PEM files of a certificate and its private key)"
              .formatted(tls.certificate(), tls.key()),
          refused);
    }
    return new LoopbackException(
        "address: cannot listen on %s:%d (expected: an address of this machine and a free port)"
            .formatted(config.address(), config.port()),
        refused);
  }

  private static VertxOptions vertxOptions() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static HttpServerOptions httpOptions() {
    return new HttpServerOptions()
        .setMaxFormAttributeSize(HttpExchange.MOST_BYTES)
        .setMaxFormBufferedBytes(HttpExchange.MOST_BYTES)
        .setMaxWebSocketFrameSize(MOST_FRAME_BYTES)
        .setMaxWebSocketMessageSize(MOST_FRAME_BYTES)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setWebSocketSubProtocols(List.of("realtime"));
  }

  private static void secure(HttpServerOptions options, LoopbackConfig.Tls tls) {
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertValue(contents(tls.certificate()))
                .setKeyValue(contents(tls.key())));
  }

  private static Buffer contents(Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new LoopbackException("tls: " + file + " (expected: a file that can be read)", e);
    }
  }

  /**
   * What to give an OpenAI client as its base URL: {@code http://127.0.0.1:PORT/v1}, or {@code
   * https:} if it has a certificate.
   */
  public URI baseUri() {
    String host = config.address().contains(":") ? "[" + config.address() + "]" : config.address();
    String scheme = config.tls().isPresent() ? "https" : "http";
    return URI.create(scheme + "://" + host + ":" + http.actualPort() + "/v1");
  }

  /** Faults for the next requests and sockets. */
  public LoopbackFaults faults() {
    return faults;
  }

  /** How things stand. */
  public LoopbackReport report() {
    return loop.ask(calls::report);
  }

  /** Breaks every WebSocket, without a close frame. */
  public void dropSockets() {
    tell(() -> sockets.drop(Integer.MAX_VALUE));
  }

  /** Closes every WebSocket with a code and reason; calls live on. */
  public void closeSockets(int code, String reason) {
    tell(() -> sockets.closeAll(code, reason));
  }

  /** Stops reading and writing on every WebSocket, new ones too, or begins again. */
  public void stallSockets(boolean stall) {
    tell(() -> sockets.stallAll(stall));
  }

  /** Ends a call as if its media were lost; nothing if it is over. */
  public void loseMedia(String callId) {
    tell(() -> calls.find(callId).ifPresent(LoopbackCall::onLost));
  }

  private void tell(Runnable task) {
    loop.ask(
        () -> {
          task.run();
          return true;
        });
  }

  /** Ends every call and session and frees everything. Safe to repeat. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      tell(() -> calls.endAll(LoopbackCall.End.SERVER_CLOSED));
      await(http.shutdown(CLOSE_GRACE_MS, TimeUnit.MILLISECONDS));
      tell(
          () -> {
            calls.endAll(LoopbackCall.End.SERVER_CLOSED);
            if (engine != null) {
              engine.close();
            }
          });
      await(loop.vertx().close());
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
