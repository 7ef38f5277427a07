package dev.sideband.bridge.proxy;

import io.grpc.Metadata;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which headers of one side are the other side's business: metadata, whoever made it up. What
 * belongs to a connection, to HTTP's own or gRPC's own framing, or to browsers stays here: cookies
 * most of all, which other programs on this host have set.
 */
final class ForwardedHeaders {
  /** Of the encodings, too: each side compresses as it likes. */
  private static final Set<String> OF_ONE_SIDE =
      Set.of(
          "accept",
          "accept-charset",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "connection",
          "content-encoding",
          "content-language",
          "content-length",
          "content-type",
          "cookie",
          "date",
          "dnt",
          "expect",
          "forwarded",
          "grpc-accept-encoding",
          "grpc-encoding",
          "grpc-timeout",
          "host",
          "http2-settings",
          "keep-alive",
          "origin",
          "pragma",
          "priority",
          "referer",
          "save-data",
          "server",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "upgrade-insecure-requests",
          "user-agent",
          "via",
          "x-grpc-web",
          "x-user-agent",
          "x-sideband-page");

  private static final Pattern FAMILIES_OF_ONE_SIDE =
      Pattern.compile("(sec|proxy|x-forwarded|access-control)-.*");

  /** What gRPC takes for the name of metadata; it would throw at others, and at a mere suffix. */
  private static final Pattern METADATA_NAME = Pattern.compile("[0-9a-z_.-]+");

  private ForwardedHeaders() {}

  /** The metadata among these headers, in their order. */
  static Metadata of(Metadata headers) {
    Metadata forwarded = new Metadata();
    for (String name : headers.keys()) {
      if (!isForwarded(name)) {
        continue;
      }
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        copy(headers, forwarded, Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
      } else {
        copy(headers, forwarded, Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      }
    }
    return forwarded;
  }

  private static boolean isForwarded(String name) {
    return METADATA_NAME.matcher(name).matches()
        && !name.equals(Metadata.BINARY_HEADER_SUFFIX)
        && !OF_ONE_SIDE.contains(name)
        && !FAMILIES_OF_ONE_SIDE.matcher(name).matches();
  }

  private static <T> void copy(Metadata from, Metadata to, Metadata.Key<T> key) {
    Iterable<T> values = from.getAll(key);
    if (values != null) {
      values.forEach(value -> to.put(key, value));
    }
  }
}
