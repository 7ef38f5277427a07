package dev.sideband.bridge.page;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.Map;

/** Adds what every file of the page is served with: it may use itself, the microphone, no more. */
final class PageHeaders extends SimpleDecoratingHttpService {
  private static final Map<String, String> HEADERS =
      Map.of(
          "content-security-policy",
          String.join(
              "; ",
              "default-src 'none'",
              "script-src 'self'",
              "style-src 'self'",
              "img-src 'self' data: blob:",
              "media-src 'self' blob: mediastream:",
              "connect-src 'self'",
              "base-uri 'none'",
              "form-action 'none'",
              "frame-ancestors 'none'"),
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "no-referrer",
          "permissions-policy",
          "microphone=(self)",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
          "same-origin");

  PageHeaders(HttpService files) {
    super(files);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    return unwrap()
        .serve(ctx, request)
        .mapHeaders(headers -> headers.toBuilder().set(HEADERS.entrySet()).build());
  }
}
