package dev.sideband.bridge.door;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.cors.CorsService;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What pages of other, allowed sites need to be told so that their browser lets them call. */
public final class Cors {
  private static final Set<String> ANSWERS =
      Set.of("grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding");

  private static final Duration ASKED_AGAIN_AFTER = Duration.ofHours(2);

  private Cors() {}

  /**
   * Tells them.
   *
   * @param exposedHeaders metadata of answers that their scripts may read, beyond gRPC's own
   */
  public static Function<HttpService, HttpService> toPagesOf(
      Set<String> origins, Set<String> exposedHeaders) {
    if (origins.isEmpty()) {
      return Function.identity();
    }
    return inside ->
        CorsService.builder(origins)
            .allowRequestMethods(HttpMethod.POST)
            .allowAllRequestHeaders(true)
            .exposeHeaders(Stream.concat(ANSWERS.stream(), exposedHeaders.stream()).toList())
            .maxAge(ASKED_AGAIN_AFTER)
            .build(inside);
  }
}
