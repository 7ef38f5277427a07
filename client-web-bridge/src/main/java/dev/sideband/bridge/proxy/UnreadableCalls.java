package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call is told that HTTP could not make a call of; else it would be told in HTTP's words.
 */
final class UnreadableCalls implements ServerErrorHandler, GrpcExceptionHandlerFunction {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableCalls.class);

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    return null; // Rendered below.
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return headers == null || !TrailersOnly.suits(headers)
        ? null
        : AggregatedHttpResponse.of(TrailersOnly.of(headers, status(status, cause)));
  }

  /** The same, when it was found out after the call had begun. */
  @Override
  public @Nullable Status apply(
      RequestContext ctx, Status status, Throwable cause, Metadata metadata) {
    return cause instanceof HttpStatusException http ? status(http.httpStatus(), cause) : null;
  }

  private static Status status(HttpStatus status, @Nullable Throwable cause) {
    if (cause instanceof StatusRuntimeException known) {
      return known.getStatus();
    }
    if (status.code() == HttpStatus.REQUEST_ENTITY_TOO_LARGE.code()) {
      return Status.RESOURCE_EXHAUSTED.withDescription(
          "this is longer than the bridge takes: %d bytes".formatted(Proxy.MAX_MESSAGE_BYTES));
    }
    if (status.code() != HttpStatus.INTERNAL_SERVER_ERROR.code()
        || cause instanceof IllegalArgumentException) {
      return Status.INTERNAL.withDescription("the call's headers or body cannot be read");
    }
    LOG.error("a call failed; this is a fault of Sideband's own", cause);
    return Status.INTERNAL.withDescription("a fault of the bridge's own; its log has the details");
  }
}
