package dev.sideband.bridge.door;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets no more requests in at a time than there is room for; the others are told so at once.
 * Whoever asks for health is always let in: a bridge that is full is not broken.
 */
public final class Crowd extends SimpleDecoratingHttpService {
  private static final int RESOURCE_EXHAUSTED = 8;

  private final int most;
  private final String open;
  private final AtomicInteger inside = new AtomicInteger();

  /**
   * Stands before a service.
   *
   * @param most requests at a time, each from its headers to the last byte of its answer
   * @param open the path that does not count
   */
  public Crowd(HttpService inside, int most, String open) {
    super(inside);
    this.most = most;
    this.open = open;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    if (ctx.path().equals(open)) {
      return unwrap().serve(ctx, request);
    }
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      return Refusal.of(
          request.headers(),
          HttpStatus.SERVICE_UNAVAILABLE,
          RESOURCE_EXHAUSTED,
          "this bridge holds as many calls as it has room for, %d; call again later"
              .formatted(most));
    }
    var unused = ctx.log().whenComplete().thenRun(inside::decrementAndGet);
    return unwrap().serve(ctx, request);
  }
}
