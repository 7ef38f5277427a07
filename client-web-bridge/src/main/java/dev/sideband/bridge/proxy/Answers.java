package dev.sideband.bridge.proxy;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told when a call failed between here and the server.
 *
 * <p><b>Threads.</b> Any.
 */
final class Answers {
  private final ServerAddress server;
  private volatile boolean isClosing;

  Answers(ServerAddress server) {
    this.server = server;
  }

  ServerAddress server() {
    return server;
  }

  /** From now on calls fail because of this bridge. */
  void closing() {
    isClosing = true;
  }

  /**
   * The status as it is passed on: the server's own word unchanged, else something to act on.
   *
   * @param isServersWord whether it came over the wire
   */
  Status explain(Status status, boolean isServersWord) {
    if (isServersWord || status.getCode() != Status.Code.UNAVAILABLE) {
      return status.withCause(null);
    }
    return Status.UNAVAILABLE.withDescription(
        isClosing ? "this bridge is shutting down; call again" : words(status.getCause()));
  }

  private String words(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return "no Sideband server answers at %s; start one with:  ./sideband serve"
            .formatted(server);
      }
      if (cause instanceof UnknownHostException) {
        return "there is no host of that name: %s; name another with:  --server".formatted(server);
      }
      if (cause instanceof SSLException) {
        return "the server at %s is not the one that is to be believed (%s); see:  --server-ca"
            .formatted(server, cause.getMessage());
      }
    }
    return "the connection to the server at %s was lost; call again".formatted(server);
  }
}
