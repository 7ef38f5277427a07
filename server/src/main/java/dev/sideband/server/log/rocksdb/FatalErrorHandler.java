package dev.sideband.server.log.rocksdb;

/** Told when the log can no longer say what is on disk. Expected to halt the process. */
@FunctionalInterface
public interface FatalErrorHandler {

  /**
   * Called once, by the log writer. If it returns, appends whose writing was under way are {@code
   * Unknown}, all later ones {@code Unavailable}, and none is {@code Appended}.
   */
  void onFatalError(Throwable cause);
}
