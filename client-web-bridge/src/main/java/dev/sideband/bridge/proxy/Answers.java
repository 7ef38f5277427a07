package dev.sideband.bridge.proxy;

import io.grpc.Status;

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
   * A status that came over the wire is the server's own word and is passed on. One that was made
   * here has a cause.
   */
  Status explain(Status status) {
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return status.withCause(null);
    }
    if (isClosing) {
      return Status.UNAVAILABLE.withDescription("this bridge is shutting down; call again");
    }
    if (status.getCause() == null) {
      return status;
    }
    return Status.UNAVAILABLE.withDescription(
        "no Sideband server answers at %s; start one with:  ./sideband serve".formatted(server));
  }
}
