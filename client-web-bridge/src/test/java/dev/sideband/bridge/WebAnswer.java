package dev.sideband.bridge;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer to a gRPC-Web call, read frame by frame as it comes in. */
final class WebAnswer implements AutoCloseable {
  private static final int TRAILERS = 0x80;

  private final HttpResponse<InputStream> response;
  private final DataInputStream body;
  private final Map<String, List<String>> trailers = new HashMap<>();

  WebAnswer(HttpResponse<InputStream> response, InputStream body) {
    this.response = response;
    this.body = new DataInputStream(body);
  }

  int httpStatus() {
    return response.statusCode();
  }

  HttpHeaders headers() {
    return response.headers();
  }

  HttpResponse<InputStream> response() {
    return response;
  }

  /** The next message; waits for it. Nothing at the end. */
  Optional<byte[]> next() throws IOException {
    int flags = body.read();
    if (flags < 0) {
      return Optional.empty();
    }
    byte[] bytes = body.readNBytes(body.readInt());
    if ((flags & TRAILERS) == 0) {
      return Optional.of(bytes);
    }
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        trailers
            .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
      }
    }
    return next();
  }

  /** All messages until the end. */
  List<byte[]> rest() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    for (Optional<byte[]> next = next(); next.isPresent(); next = next()) {
      messages.add(next.get());
    }
    return messages;
  }

  /** A trailer, or a header if there was no body; read to the end before. */
  Optional<String> trailer(String name) {
    return trailers(name).stream().findFirst().or(() -> headers().firstValue(name));
  }

  /** All trailers of a name; read to the end before. */
  List<String> trailers(String name) {
    return trailers.getOrDefault(name, List.of());
  }

  /** The gRPC status, its number. */
  int status() throws IOException {
    rest();
    return Integer.parseInt(trailer("grpc-status").orElseThrow());
  }

  String message() throws IOException {
    rest();
    return URLDecoder.decode(trailer("grpc-message").orElse(""), StandardCharsets.UTF_8);
  }

  /** Goes away, as a page that is left. */
  @Override
  public void close() throws IOException {
    body.close();
  }
}
