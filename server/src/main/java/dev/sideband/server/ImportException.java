package dev.sideband.server;

/** An exported file that cannot be taken any further; the message says where and why. */
final class ImportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImportException(String message) {
    super(message);
  }
}
