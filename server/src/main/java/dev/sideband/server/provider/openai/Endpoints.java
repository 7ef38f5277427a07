package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.CallId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every address that is spoken to, made from one base.
 *
 * <p>A base of {@code ""} or {@code /} means {@code /v1}; one that ends in {@code /realtime} names
 * the protocol's root itself; any other gets {@code /realtime} behind it. A query of the base goes
 * along everywhere.
 */
final class Endpoints {
  private final URI base;
  private final String apiPath;
  private final String realtimePath;

  Endpoints(URI base) {
    this.base = base;
    String path = trimmed(base.getRawPath());
    if (path.isEmpty()) {
      path = "/v1";
    }
    boolean named = path.endsWith("/realtime");
    this.apiPath = named ? path.substring(0, path.length() - "/realtime".length()) : path;
    this.realtimePath = named ? path : path + "/realtime";
  }

  /** Whether it is reached in the clear. */
  boolean isPlain() {
    return base.getScheme().toLowerCase(Locale.ROOT).equals("http");
  }

  /** POST an offer. */
  URI calls() {
    return http(realtimePath + "/calls");
  }

  /** POST to end a call. */
  URI hangUp(CallId call) {
    return http(realtimePath + "/calls/" + encoded(call.value()) + "/hangup");
  }

  /** GET something cheap that needs the key. */
  URI probe(String model) {
    return http(apiPath + "/models/" + encoded(model));
  }

  /** The control socket of a call. */
  URI sideband(CallId call) {
    return webSocket("call_id=" + encoded(call.value()));
  }

  /** A session of its own. */
  URI session(String model) {
    return webSocket("model=" + encoded(model));
  }

  private URI http(String path) {
    return uri(isPlain() ? "http" : "https", path, base.getRawQuery());
  }

  private URI webSocket(String parameter) {
    String query = base.getRawQuery();
    return uri(
        isPlain() ? "ws" : "wss",
        realtimePath,
        query == null || query.isEmpty() ? parameter : query + "&" + parameter);
  }

  private URI uri(String scheme, String path, @Nullable String query) {
    return URI.create(
        scheme
            + "://"
            + base.getRawAuthority()
            + path
            + (query == null || query.isEmpty() ? "" : "?" + query));
  }

  private static String trimmed(@Nullable String path) {
    String trimmed = path == null ? "" : path;
    while (trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return trimmed;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
