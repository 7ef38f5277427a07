package dev.sideband.bridge.proxy;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a caller is told when a call failed between here and the server. A server and a bridge of
 * which only one speaks TLS are told of in the log too, once: nobody else would notice before a
 * page calls.
 *
 * <p><b>Threads.</b> Any.
 */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final ServerTarget target;
  private final TlsProbe probe;
  private final AtomicReference<String> complaint = new AtomicReference<>("");
  private volatile boolean isClosing;

  Answers(ServerTarget target) {
    this.target = target;
    probe = new TlsProbe(target.address());
  }

  ServerAddress server() {
    return target.address();
  }

  /** From now on calls fail because of this bridge. */
  void closing() {
    isClosing = true;
  }

  /**
   * The status as it is passed on: the server's own word unchanged, else something to act on. Known
   * at once, but for a server that closes every connection: that takes a look at it.
   */
  CompletionStage<Status> explain(Status status, ServersWord word) {
    if (word.isGiven()) {
      complaint.lazySet("");
      return CompletableFuture.completedFuture(status.withCause(null));
    }
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return CompletableFuture.completedFuture(status.withCause(null));
    }
    if (isClosing) {
      return unavailable("this bridge is shutting down; call again");
    }
    Optional<String> words = words(status.getCause());
    if (words.isPresent()) {
      return unavailable(words.get());
    }
    String lost = "the connection to the server at %s was lost; call again".formatted(server());
    if (word.isConnected() || target.tls().isPresent()) {
      return unavailable(lost);
    }
    return probe.ask().thenCompose(tls -> unavailable(tls ? needsTls() : lost));
  }

  private static CompletionStage<Status> unavailable(String words) {
    return CompletableFuture.completedFuture(Status.UNAVAILABLE.withDescription(words));
  }

  private Optional<String> words(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
        return Optional.of(
            "no Sideband server answers at %s; start one with:  ./sideband serve"
                .formatted(server()));
      }
      if (cause instanceof UnknownHostException) {
        return Optional.of(
            "there is no host of that name: %s; name another with:  --server".formatted(server()));
      }
      if (cause instanceof NotSslRecordException) {
        return Optional.of(needsNoTls());
      }
      if (cause instanceof SSLException) {
        return Optional.of(
            "the server at %s is not the one that is to be believed (%s); see:  --server-ca"
                .formatted(server(), cause.getMessage()));
      }
    }
    return Optional.empty();
  }

  private String needsTls() {
    return complained(
        "the server at %s speaks TLS and this bridge does not; start it with:  --tls"
            .formatted(server()));
  }

  private String needsNoTls() {
    return complained(
        "the server at %s does not speak TLS and this bridge does; start it without:  --tls"
            .formatted(server()));
  }

  private String complained(String words) {
    if (!complaint.getAndSet(words).equals(words)) {
      LOG.warn(words);
    }
    return words;
  }
}
