package dev.sideband.server.provider.openai;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The server's end of a sideband. Any thread. */
final class FakeConnection {
  private final ServerWebSocket socket;
  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  private final AtomicInteger pings = new AtomicInteger();

  /** Called by the server's event loop, before the first frame can come. */
  FakeConnection(ServerWebSocket socket) {
    this.socket = socket;
    socket.frameHandler(
        frame -> {
          if (frame.isPing()) {
            pings.incrementAndGet();
          }
        });
    socket.textMessageHandler(
        text -> {
          received.add(text);
          news.add(text);
        });
  }

  /** The next message that was not taken yet. */
  String nextText() {
    try {
      @Nullable String next = news.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no message came");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Everything that came. */
  List<String> received() {
    return List.copyOf(received);
  }

  int pings() {
    return pings.get();
  }

  void say(String text) {
    socket.writeTextMessage(text);
  }

  void sayBinary(byte[] bytes) {
    socket.writeBinaryMessage(Buffer.buffer(bytes));
  }

  void close(int code, String reason) {
    socket.close((short) code, reason);
  }
}
