package dev.sideband.server.provider.loopback;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A WebSocket to a session, with the faults that were asked for.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full queue.</b> With {@value #MOST_UNSENT} events unsent it is dropped.
 */
final class SocketSink implements EventSink {
  private static final int MOST_UNSENT = 4_096;
  private static final int MANY_UNSENT = 256;
  private static final String BAD_JSON = "{\"type\":\"session.upd";

  private final OwnerLoop loop;
  private final ServerWebSocket socket;
  private final LoopbackFaults faults;
  private final boolean takesAudio;
  private final Deque<String> held = new ArrayDeque<>();
  private final int dropAfter;
  private int sent;
  private int inFlight;
  private boolean stalled;
  private boolean closed;

  SocketSink(OwnerLoop loop, ServerWebSocket socket, LoopbackFaults faults, boolean takesAudio) {
    assert loop.isCurrent();
    this.loop = loop;
    this.socket = socket;
    this.faults = faults;
    this.takesAudio = takesAudio;
    this.dropAfter = faults.takeDrop().orElse(Integer.MAX_VALUE);
  }

  ServerWebSocket socket() {
    return socket;
  }

  @Override
  public void send(String json) {
    assert loop.isCurrent();
    if (closed) {
      return;
    }
    if (inFlight + held.size() >= MOST_UNSENT) {
      drop();
    } else if (stalled) {
      held.add(json);
    } else {
      write(json);
    }
  }

  private void write(String json) {
    if (faults.takeBadJson()) {
      count(socket.writeTextMessage(BAD_JSON));
    }
    if (faults.takeBinaryFrame()) {
      count(socket.writeBinaryMessage(Buffer.buffer(new byte[] {0, 1, 2})));
    }
    Future<Void> written = count(socket.writeTextMessage(json));
    if (++sent == dropAfter) {
      closed = true;
      written.onComplete(ignored -> abort());
    }
  }

  private Future<Void> count(Future<Void> write) {
    inFlight++;
    return write.onComplete(ignored -> inFlight--);
  }

  /** Stops, or begins again, to read and write, as if the network were gone. */
  void stall(boolean stall) {
    assert loop.isCurrent();
    stalled = stall;
    channel().config().setAutoRead(!stall);
    while (!stalled && !closed && !held.isEmpty()) {
      write(held.remove());
    }
  }

  @Override
  public void close(int code, String reason) {
    if (!closed) {
      closed = true;
      channel().config().setAutoRead(true);
      socket.close((short) code, reason);
    }
  }

  /** Breaks the connection without a close frame. */
  void drop() {
    assert loop.isCurrent();
    closed = true;
    abort();
  }

  private void abort() {
    // Past the handlers, which would send a close frame first.
    var ignored = channel().pipeline().firstContext().close();
  }

  private Channel channel() {
    return ((WebSocketInternal) socket).channelHandlerContext().channel();
  }

  @Override
  public boolean takesAudio() {
    return takesAudio;
  }

  @Override
  public boolean isBehind() {
    return !closed && inFlight + held.size() >= MANY_UNSENT;
  }
}
