package dev.sideband.bridge.proxy;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.concurrent.TimeUnit;

/** Begins a {@link ProxiedCall} for each call of one method. */
record CallHandler(MethodDescriptor<byte[], byte[]> method, Upstream upstream)
    implements ServerCallHandler<byte[], byte[]> {

  @Override
  public ServerCall.Listener<byte[]> startCall(
      ServerCall<byte[], byte[]> caller, Metadata headers) {
    ServiceRequestContext request = ServiceRequestContext.current();
    if (!method.getType().clientSendsOneMessage()) {
      request.setMaxRequestLength(0);
    }
    Metadata forwarded = ForwardedHeaders.of(headers);
    ServersWord word = new ServersWord();
    CallOptions options =
        withDeadline(
            request,
            CallOptions.DEFAULT.withExecutor(request.eventLoop()).withStreamTracerFactory(word));
    return new ProxiedCall(
            caller,
            upstream.call(method, options),
            status -> upstream.answers().explain(status, word),
            request.eventLoop())
        .begin(forwarded);
  }

  /** The caller's deadline becomes that of the call to the server, and nobody else's. */
  private static CallOptions withDeadline(ServiceRequestContext request, CallOptions options) {
    long millis = request.requestTimeoutMillis();
    if (millis <= 0) {
      return options;
    }
    request.clearRequestTimeout();
    return options.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
  }
}
