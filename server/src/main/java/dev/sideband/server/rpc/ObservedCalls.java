package dev.sideband.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Shows an observer the calls of our own service. Not those of methods that there are not: a
 * stranger could make up names without end, and each would be a series of its own. Nor those of
 * health and reflection, which tell nothing of how the server does.
 *
 * <p><b>Threads.</b> Any; the observer's.
 */
final class ObservedCalls implements ServerInterceptor {
  private final ServerInterceptor observer;

  ObservedCalls(ServerInterceptor observer) {
    this.observer = observer;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    boolean ours = ServiceBinding.NAME.equals(call.getMethodDescriptor().getServiceName());
    boolean known = call.getMethodDescriptor().getType() != MethodType.UNKNOWN;
    return ours && known
        ? observer.interceptCall(
            call,
            headers,
            (observed, theirs) -> next.startCall(new PlainMessages<>(observed, call), theirs))
        : next.startCall(call, headers);
  }

  /**
   * An observed call whose messages go out past the observer. To each of a stream's thousands it
   * would put a context and ask for its size, and do nothing with either.
   */
  private static final class PlainMessages<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final ServerCall<Q, R> plain;

    PlainMessages(ServerCall<Q, R> observed, ServerCall<Q, R> plain) {
      super(observed);
      this.plain = plain;
    }

    @Override
    public void sendMessage(R message) {
      plain.sendMessage(message);
    }
  }
}
