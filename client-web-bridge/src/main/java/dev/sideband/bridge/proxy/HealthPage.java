package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/** {@code GET /healthz}: 200 {@code ok} when the server behind says that it serves, else 503. */
final class HealthPage extends AbstractHttpService {
  private final Health health;

  /** Asks this server, each time that somebody asks here. */
  HealthPage(Health health) {
    this.health = health;
  }

  @Override
  protected HttpResponse doGet(ServiceRequestContext ctx, HttpRequest request) {
    return HttpResponse.of(health.ask().thenApply(HealthPage::page));
  }

  private static HttpResponse page(Health.Word word) {
    return HttpResponse.of(
        word.serves() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
        MediaType.PLAIN_TEXT_UTF_8,
        word.line() + "\n");
  }
}
