package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;

/** What a call of a method is told that this bridge knows nothing of, though the server may. */
final class UnknownMethod extends AbstractHttpService {
  @Override
  protected HttpResponse doPost(ServiceRequestContext ctx, HttpRequest request) {
    MediaType type = request.contentType();
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type == null ? MediaType.parse("application/grpc") : type)
            .add("grpc-status", String.valueOf(Status.Code.UNIMPLEMENTED.value()))
            .add("grpc-message", "this bridge knows no such method; is it older than its caller?")
            .build());
  }
}
