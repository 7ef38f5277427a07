package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;

/** What a call of a method is told that this bridge knows nothing of, though the server may. */
final class UnknownMethod extends AbstractHttpService {
  private static final Status ANSWER =
      Status.UNIMPLEMENTED.withDescription(
          "this bridge knows no such method; is it older than its caller?");

  @Override
  protected HttpResponse doPost(ServiceRequestContext ctx, HttpRequest request) {
    return HttpResponse.of(TrailersOnly.of(request.headers(), ANSWER));
  }
}
