package dev.sideband.bridge.proxy;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One call between a caller and the server: what one side says is said to the other, in order.
 *
 * <p><b>Backpressure.</b> A side is asked for its next message only when the other one can take it.
 * So at most one message waits here in each direction, however slow somebody is.
 *
 * <p><b>Threads.</b> Everything happens on the event loop of the caller's request.
 */
final class ProxiedCall {
  private final ServerCall<byte[], byte[]> caller;
  private final ClientCall<byte[], byte[]> server;
  private final Function<Status, CompletionStage<Status>> explain;
  private final EventExecutor owner;

  /** The server took a message and could take no more: the caller is asked when it can. */
  private boolean callerWaits;

  /** The same, the other way round. */
  private boolean serverWaits;

  private boolean isOver;

  /** The caller went away: nobody is to be told. */
  private boolean isLeft;

  ProxiedCall(
      ServerCall<byte[], byte[]> caller,
      ClientCall<byte[], byte[]> server,
      Function<Status, CompletionStage<Status>> explain,
      EventExecutor owner) {
    this.caller = caller;
    this.server = server;
    this.explain = explain;
    this.owner = owner;
  }

  /** Begins; the listener is told what the caller does. */
  ServerCall.Listener<byte[]> begin(Metadata headers) {
    assert owner.inEventLoop();
    server.start(new FromServer(), headers);
    server.request(1);
    caller.request(1);
    return new FromCaller();
  }

  private void end(Status status, Metadata trailers) {
    if (isOver) {
      return;
    }
    isOver = true;
    Metadata forwarded = ForwardedHeaders.of(trailers);
    var unused =
        explain
            .apply(status)
            .thenAccept(
                told -> {
                  if (owner.inEventLoop()) {
                    close(told, forwarded);
                  } else {
                    owner.execute(() -> close(told, forwarded));
                  }
                });
  }

  private void close(Status status, Metadata trailers) {
    if (!isLeft) {
      caller.close(status, trailers);
    }
  }

  /** What the caller does. */
  private final class FromCaller extends ServerCall.Listener<byte[]> {
    @Override
    public void onMessage(byte[] message) {
      assert owner.inEventLoop();
      server.sendMessage(message);
      callerWaits = !server.isReady();
      if (!callerWaits) {
        caller.request(1);
      }
    }

    @Override
    public void onHalfClose() {
      assert owner.inEventLoop();
      server.halfClose();
    }

    @Override
    public void onReady() {
      assert owner.inEventLoop();
      if (serverWaits) {
        serverWaits = false;
        server.request(1);
      }
    }

    @Override
    public void onCancel() {
      assert owner.inEventLoop();
      isOver = true;
      isLeft = true;
      server.cancel("the caller went away", null);
    }
  }

  /** What the server does. */
  private final class FromServer extends ClientCall.Listener<byte[]> {
    @Override
    public void onHeaders(Metadata headers) {
      assert owner.inEventLoop();
      if (!isOver) {
        caller.sendHeaders(ForwardedHeaders.of(headers));
      }
    }

    @Override
    public void onMessage(byte[] message) {
      assert owner.inEventLoop();
      if (isOver) {
        return;
      }
      caller.sendMessage(message);
      serverWaits = !caller.isReady();
      if (!serverWaits) {
        server.request(1);
      }
    }

    @Override
    public void onReady() {
      assert owner.inEventLoop();
      if (callerWaits) {
        callerWaits = false;
        caller.request(1);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      assert owner.inEventLoop();
      end(status, trailers);
    }
  }
}
