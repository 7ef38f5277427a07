package dev.sideband.server.provider.openai;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one response, and gives what it has even when the rest does not come: the headers of a
 * broken answer still name the call that must be hung up.
 *
 * <p><b>Threads.</b> The HTTP client's, and that of {@link #giveUp}.
 *
 * <p><b>Full.</b> Past the limit reading stops, and the reply is not complete.
 */
final class BoundedBody implements BodyHandler<HttpReply>, BodySubscriber<HttpReply> {
  private final int limit;
  private final Consumer<HttpReply> listener;
  private final CompletableFuture<HttpReply> reply = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private @Nullable Subscription subscription;
  private @Nullable ResponseInfo info;

  /** The listener is told once, where the reply was read or given up. */
  BoundedBody(int limit, Consumer<HttpReply> listener) {
    this.limit = limit;
    this.listener = listener;
  }

  @Override
  public BodySubscriber<HttpReply> apply(ResponseInfo responseInfo) {
    synchronized (this) {
      info = responseInfo;
    }
    return this;
  }

  @Override
  public CompletionStage<HttpReply> getBody() {
    return reply;
  }

  @Override
  public void onSubscribe(Subscription incoming) {
    synchronized (this) {
      subscription = incoming;
    }
    incoming.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    boolean tooMuch = false;
    synchronized (this) {
      for (ByteBuffer buffer : buffers) {
        byte[] next = new byte[Math.min(buffer.remaining(), limit + 1 - bytes.size())];
        buffer.get(next);
        bytes.writeBytes(next);
      }
      tooMuch = bytes.size() > limit;
    }
    if (tooMuch) {
      giveUp();
    }
  }

  @Override
  public void onError(Throwable failure) {
    finish(false);
  }

  @Override
  public void onComplete() {
    finish(true);
  }

  /** Takes what has come as all there is; false if not even headers have come. */
  boolean giveUp() {
    Subscription open;
    synchronized (this) {
      if (info == null) {
        return false;
      }
      open = subscription;
    }
    finish(false);
    if (open != null) {
      open.cancel();
    }
    return true;
  }

  private void finish(boolean complete) {
    HttpReply read = read(complete);
    if (reply.complete(read)) {
      listener.accept(read);
    }
  }

  private synchronized HttpReply read(boolean complete) {
    int status = info == null ? 0 : info.statusCode();
    HttpHeaders headers = info == null ? HttpHeaders.of(Map.of(), (a, b) -> true) : info.headers();
    return new HttpReply(status, headers, bytes.toByteArray(), complete);
  }
}
