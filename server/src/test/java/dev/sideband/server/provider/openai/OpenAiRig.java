package dev.sideband.server.provider.openai;

import dev.sideband.server.TestCertificate;
import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.SessionOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * An {@link OpenAiProvider} that talks to a {@link FakeRealtimeServer} through a {@link TcpProxy}.
 */
final class OpenAiRig implements AutoCloseable {

  /** What no log line, message or event may show. */
  static final String KEY = "sk-very-secret";

  /** Long enough never to matter in a test that is not about them. */
  static final OpenAiTimeouts PATIENT =
      new OpenAiTimeouts(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(120),
          Duration.ofSeconds(20));

  private final FakeRealtimeServer server;
  private final TcpProxy wire;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final OpenAiProvider provider;

  OpenAiRig() {
    this(PATIENT);
  }

  OpenAiRig(OpenAiTimeouts timeouts) {
    this(timeouts, new FakeRealtimeServer(), "http", defaultTls());
  }

  /** Over TLS, and so over HTTP/2; trusts as told. */
  static OpenAiRig overTls(OpenAiTimeouts timeouts, TestCertificate certificate, SSLContext tls) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PfxOptions()
                    .setPath(certificate.store().toString())
                    .setPassword(TestCertificate.PASSWORD));
    return new OpenAiRig(timeouts, new FakeRealtimeServer(options), "https", tls);
  }

  private OpenAiRig(
      OpenAiTimeouts timeouts, FakeRealtimeServer server, String scheme, SSLContext tls) {
    this(timeouts, server, new TcpProxy(server.port()), tls, scheme);
  }

  private OpenAiRig(
      OpenAiTimeouts timeouts,
      FakeRealtimeServer server,
      TcpProxy wire,
      SSLContext tls,
      String scheme) {
    this(timeouts, server, wire, tls, URI.create(scheme + "://localhost:" + wire.port() + "/v1"));
  }

  /** Speaks to another port of this machine than its server's. */
  static OpenAiRig to(int port) {
    FakeRealtimeServer server = new FakeRealtimeServer();
    URI base = URI.create("http://127.0.0.1:" + port + "/v1");
    return new OpenAiRig(PATIENT, server, new TcpProxy(server.port()), defaultTls(), base);
  }

  private OpenAiRig(
      OpenAiTimeouts timeouts, FakeRealtimeServer server, TcpProxy wire, SSLContext tls, URI base) {
    this.server = server;
    this.wire = wire;
    this.provider =
        new OpenAiProvider(
            OpenAiConfig.at("fake", base, new ApiKey(KEY)).withTimeouts(timeouts),
            new OpenAiResources(
                this::thread,
                timer,
                InstantSource.system(),
                System::nanoTime,
                RandomGenerator.getDefault(),
                tls));
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "openai-test");
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  OpenAiProvider provider() {
    return provider;
  }

  FakeRealtimeServer server() {
    return server;
  }

  TcpProxy wire() {
    return wire;
  }

  /** The threads that the provider made and that live. */
  long liveThreads() {
    return threads.stream().filter(Thread::isAlive).count();
  }

  CompletionStage<CreatedCall> create() {
    return provider.createCall(
        new CallRequest("v=0\r\noffer\r\n", SessionOptions.getDefaultInstance(), "00-11-22-01"));
  }

  static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  static ProviderException failure(CompletionStage<?> stage) {
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    CompletionStage<?> unused =
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                failed.completeExceptionally(new AssertionError("succeeded: " + value));
              } else {
                failed.complete(failure);
              }
            });
    return (ProviderException) value(failed);
  }

  @Override
  public void close() {
    provider.close();
    timer.shutdownNow();
    wire.close();
    server.close();
  }
}
