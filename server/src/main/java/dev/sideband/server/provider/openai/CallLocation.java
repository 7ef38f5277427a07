package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.CallId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the call id in a {@code Location}: without its query, the last path segment that is {@code
 * rtc_} and more, or a UUID. Proxies double parts of the path, and some servers give bare UUIDs.
 */
final class CallLocation {
  private static final Pattern CALL_ID =
      Pattern.compile(
          "rtc_[A-Za-z0-9_-]{1,200}|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}");

  private CallLocation() {}

  static Optional<CallId> tryParse(String location) {
    int query = location.indexOf('?');
    String[] segments = (query < 0 ? location : location.substring(0, query)).split("/", -1);
    for (int i = segments.length - 1; i >= 0; i--) {
      if (CALL_ID.matcher(segments[i]).matches()) {
        return Optional.of(new CallId(segments[i]));
      }
    }
    return Optional.empty();
  }
}
