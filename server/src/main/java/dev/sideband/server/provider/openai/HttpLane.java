package dev.sideband.server.provider.openai;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the provider's HTTP server, kept warm.
 *
 * <p>A dead connection that nobody closed stays in the JDK client's pool and swallows every later
 * request. So an idle lane is probed, and whatever times out replaces the client, pool and all: a
 * black hole costs at most the requests that are in it.
 *
 * <p><b>Promise.</b> A request is sent once, and its listener hears once, within the timeout, which
 * covers the whole body.
 *
 * <p><b>Threads.</b> Any may call; nothing waits. A request leaves on a pool thread; its answer is
 * read, and its listener called, on the HTTP client's selector thread or a timer's: a listener must
 * not block.
 */
final class HttpLane implements AutoCloseable {

  /** Hears what came of a request: a reply, or a failure. */
  @FunctionalInterface
  interface ReplyListener {
    void onReply(@Nullable HttpReply reply, @Nullable Throwable failure);
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpLane.class);
  private static final int MAX_PROBE_BODY = 64 * 1024;

  private final Endpoints endpoints;
  private final OpenAiConfig config;
  private final OpenAiResources resources;
  private final Timer timer;
  private final Executor pool;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private volatile HttpClient client;
  private volatile long lastAnswerNanos;
  private volatile boolean closed;
  private volatile boolean silent;

  HttpLane(OpenAiConfig config, OpenAiResources resources, Executor pool) {
    this.endpoints = new Endpoints(config.baseUri());
    this.config = config;
    this.resources = resources;
    this.timer = new Timer(resources.timer());
    this.pool = pool;
    this.client = newClient();
    this.lastAnswerNanos = resources.nanoTime().getAsLong();
  }

  /** A request that says who we are. */
  HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    config.headers().forEach(request::header);
    return request;
  }

  /** Sends once. The failure is {@link HttpTimeoutException} or what the client says. */
  void send(HttpRequest request, Duration timeout, int maxBody, ReplyListener listener) {
    new Exchange(client, maxBody, listener).begin(request, timeout);
  }

  /** One request under way. */
  private final class Exchange {
    private final HttpClient used;
    private final BoundedBody body;
    private final ReplyListener listener;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable CompletableFuture<?> sending;
    private volatile boolean abandoned;

    Exchange(HttpClient used, int maxBody, ReplyListener listener) {
      this.used = used;
      this.body = new BoundedBody(maxBody, this::answered);
      this.listener = listener;
    }

    void begin(HttpRequest request, Duration timeout) {
      open.add(this);
      if (closed || !timer.tryIn(timeout, this::expire)) {
        tell(null, new LaneClosedException());
        return;
      }
      try {
        pool.execute(() -> ask(request)); // A name is looked up on the way, which may block.
      } catch (RejectedExecutionException e) {
        tell(null, new LaneClosedException());
      }
    }

    private void ask(HttpRequest request) {
      lookUp(request.uri().getHost());
      if (told.get()) {
        return;
      }
      CompletableFuture<?> asked =
          used.sendAsync(request, body)
              .whenComplete((response, failure) -> failed(response == null ? failure : null));
      sending = asked;
      if (abandoned) {
        asked.cancel(true); // Whoever did so has not seen what there is to cancel.
      }
    }

    /** The client looks the name up as well, and then finds it in Java's cache. */
    private static void lookUp(String host) {
      try {
        var unused = InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        // The client will say so.
      }
    }

    private void answered(HttpReply reply) {
      lastAnswerNanos = resources.nanoTime().getAsLong();
      tell(reply, null);
    }

    private void failed(@Nullable Throwable failure) {
      if (failure == null || body.giveUp()) {
        return; // What came of it is told where it was read.
      }
      Throwable cause = failure.getCause();
      tell(null, failure instanceof CompletionException && cause != null ? cause : failure);
    }

    private void expire() {
      if (told.get()) {
        return;
      }
      replace(used);
      if (!body.giveUp()) {
        tell(null, new HttpTimeoutException("no answer in time"));
      }
    }

    private void tell(@Nullable HttpReply reply, @Nullable Throwable failure) {
      if (!told.compareAndSet(false, true)) {
        return;
      }
      open.remove(this);
      abandoned = failure != null;
      CompletableFuture<?> pending = sending;
      if (abandoned && pending != null) {
        pending.cancel(true);
      }
      listener.onReply(reply, failure);
    }
  }

  // Requests on the old client run on; it goes when they are done and nothing refers to it.
  private synchronized void replace(HttpClient dead) {
    if (client == dead && !closed) {
      client = newClient();
    }
  }

  private HttpClient newClient() {
    return HttpClient.newBuilder()
        // Steps that an answer takes run where it was read: they are short, and a thread less
        // waits.
        .executor(Runnable::run)
        .sslContext(resources.tls())
        .connectTimeout(config.timeouts().connect())
        .followRedirects(HttpClient.Redirect.NEVER)
        // In the clear HTTP/2 begins with an upgrade, which compatible servers stumble over.
        .version(endpoints.isPlain() ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
        .build();
  }

  /** Makes the first connection, and from then on keeps one. */
  void keepWarm() {
    HttpClient used = client;
    HttpRequest probe = request(endpoints.probe(config.defaultModel())).GET().build();
    send(
        probe,
        config.timeouts().probe(),
        MAX_PROBE_BODY,
        (reply, failure) -> probed(used, failure != null));
  }

  private void probed(HttpClient used, boolean failed) {
    if (closed) {
      return;
    }
    if (failed) {
      replace(used);
    }
    if (silent != failed) {
      silent = failed;
      if (failed) {
        LOG.warn("{}: does not answer", config.name());
      } else {
        LOG.info("{}: answers again", config.name());
      }
    }
    // A closed timer means that the server is closing: nobody needs a warm connection then.
    timer.tryIn(config.timeouts().keepWarmAfterIdle(), this::keepWarmIfIdle);
  }

  private void keepWarmIfIdle() {
    long idle = resources.nanoTime().getAsLong() - lastAnswerNanos;
    long left = config.timeouts().keepWarmAfterIdle().toNanos() - idle;
    if (closed) {
      return;
    }
    if (silent || left <= 0) {
      keepWarm();
    } else {
      timer.tryIn(left, this::keepWarmIfIdle);
    }
  }

  /** Fails what is under way; the provider may still act on it. */
  @Override
  public void close() {
    closed = true;
    open.forEach(exchange -> exchange.tell(null, new LaneClosedException()));
  }

  /** The lane was closed before the answer came. */
  static final class LaneClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LaneClosedException() {
      super("closed", null, false, false);
    }
  }
}
