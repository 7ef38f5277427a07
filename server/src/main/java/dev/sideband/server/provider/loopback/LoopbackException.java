package dev.sideband.server.provider.loopback;

/** A loopback that could not start; the message says what to change. */
public final class LoopbackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoopbackException(String message, Throwable cause) {
    super(message, cause);
  }
}
