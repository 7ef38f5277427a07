package dev.sideband.bridge.door;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in, or says in one line why not.
 *
 * <p>First the {@code Host}: it must be one of our own names. Then the {@code Origin}, which every
 * browser sends with every call, and which no page can forge: our own needs the page's token for
 * calls, one that was allowed needs nothing more here, any other is refused. Who sends none is no
 * browser. Files need no token: browsers ask for a page's scripts with its origin, too, and no
 * header of ours can be on that; what is in them is no secret from our own page.
 */
public final class Door extends SimpleDecoratingHttpService {
  private final OwnNames names;
  private final Set<String> allowedOrigins;
  private final PageToken token;

  /**
   * Stands before a service.
   *
   * @param allowedOrigins as browsers write them: {@code https://app.example.org}
   */
  public Door(HttpService inside, OwnNames names, Set<String> allowedOrigins, PageToken token) {
    super(inside);
    this.names = names;
    this.allowedOrigins = allowedOrigins;
    this.token = token;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    HttpResponse refusal = refusal(request.headers());
    return refusal == null ? unwrap().serve(ctx, request) : refusal;
  }

  private @Nullable HttpResponse refusal(RequestHeaders headers) {
    String host = headers.authority();
    if (host == null || !names.contains(host)) {
      return Refusal.of(
          headers,
          HttpStatus.MISDIRECTED_REQUEST,
          "this bridge is not called by that host name; if it is meant to be, start it with:"
              + "  --host NAME");
    }
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin == null || allowedOrigins.contains(origin)) {
      return null;
    }
    if (!isOwn(origin, host)) {
      return Refusal.of(
          headers,
          HttpStatus.FORBIDDEN,
          "pages of that origin may not call this bridge; if they are meant to, start it with:"
              + "  --allow-origin ORIGIN");
    }
    if (isForFile(headers)) {
      return null;
    }
    String shown = headers.get(PageToken.HEADER);
    if (shown == null || !token.isShownBy(shown)) {
      return Refusal.of(
          headers,
          HttpStatus.FORBIDDEN,
          "this page was not loaded from this bridge, or before it was started again; reload it");
    }
    return null;
  }

  private static boolean isForFile(RequestHeaders headers) {
    return headers.method() == HttpMethod.GET || headers.method() == HttpMethod.HEAD;
  }

  /** Whether a page of this origin was served under the name that it now calls. */
  private static boolean isOwn(String origin, String host) {
    String lower = origin.toLowerCase(Locale.ROOT);
    return lower.equals("http://" + host.toLowerCase(Locale.ROOT))
        || lower.equals("https://" + host.toLowerCase(Locale.ROOT));
  }
}
