package dev.sideband.server.provider.loopback;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open WebSockets of all sessions, for faults that strike at once.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class Sockets {
  private final Set<SocketSink> open = new LinkedHashSet<>();
  private boolean stalled;

  void add(SocketSink sink) {
    open.add(sink);
    if (stalled) {
      sink.stall(true);
    }
  }

  void remove(SocketSink sink) {
    open.remove(sink);
  }

  /** Breaks so many of them, those first that have been open longest. */
  void drop(int count) {
    open.stream().limit(count).toList().forEach(SocketSink::drop);
  }

  void closeAll(int code, String reason) {
    List.copyOf(open).forEach(sink -> sink.close(code, reason));
  }

  void stallAll(boolean stall) {
    stalled = stall;
    open.forEach(sink -> sink.stall(stall));
  }
}
