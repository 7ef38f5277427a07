package dev.sideband.bridge.proxy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection to the server, with room for a number of calls. It is made when somebody calls,
 * and made again when it was lost.
 *
 * <p><b>Threads.</b> Any.
 */
final class Connection {
  private final ManagedChannel channel;
  private final int room;
  private final AtomicInteger calls = new AtomicInteger();

  Connection(ManagedChannel channel, int room) {
    this.channel = channel;
    this.room = room;
  }

  /** Takes a place for one {@link #call}; false if there is none. */
  boolean tryEnter() {
    if (calls.incrementAndGet() <= room) {
      return true;
    }
    calls.decrementAndGet();
    return false;
  }

  /**
   * A call that leaves its place when it is over, or cannot begin; it must be started. A server
   * that was away is tried at once, and the call waits for that: else gRPC would answer it with
   * what the last attempt came to, and try again when it likes.
   */
  <Q, A> ClientCall<Q, A> call(MethodDescriptor<Q, A> method, CallOptions options) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    Place place = new Place();
    return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        try {
          super.start(leaving(place, listener), headers);
        } catch (RuntimeException e) {
          place.leave();
          throw e;
        }
      }
    };
  }

  private <A> ClientCall.Listener<A> leaving(Place place, ClientCall.Listener<A> listener) {
    return new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onClose(Status status, Metadata trailers) {
        place.leave();
        super.onClose(status, trailers);
      }
    };
  }

  /** That of one call; it can be left once. */
  private final class Place {
    private final AtomicBoolean isLeft = new AtomicBoolean();

    void leave() {
      if (!isLeft.getAndSet(true)) {
        calls.decrementAndGet();
      }
    }
  }

  /** Ends its calls, those that are still to come, too; does not wait. */
  void end() {
    channel.shutdownNow();
  }

  /** Waits for the end, until this time of {@link System#nanoTime}. */
  void awaitEnd(long deadline) throws InterruptedException {
    channel.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
