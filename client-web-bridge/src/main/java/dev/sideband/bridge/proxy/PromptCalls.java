package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Has every call begin with its headers. Else one that says a single message would begin with the
 * last byte of that, and whoever stands before the calls could neither refuse nor count it earlier.
 */
final class PromptCalls extends SimpleDecoratingHttpService {
  private final HttpService calls;

  PromptCalls(HttpService calls) {
    super(calls);
    this.calls = calls;
  }

  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    return calls.exchangeType(routing).isResponseStreaming()
        ? ExchangeType.BIDI_STREAMING
        : ExchangeType.REQUEST_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    return calls.serve(ctx, request);
  }
}
