package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.math.BigDecimal;

/**
 * One HTTP request and its answer, which says how long it took: {@code openai-processing-ms}.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> A body of more than {@value #MOST_BYTES} bytes is refused with 413.
 */
final class HttpExchange {
  static final int MOST_BYTES = 4 << 20;
  private static final int NANOS_PER_MICRO = 1_000;

  private final OwnerLoop loop;
  private final HttpServerRequest request;
  private final long began;

  HttpExchange(OwnerLoop loop, HttpServerRequest request) {
    assert loop.isCurrent();
    this.loop = loop;
    this.request = request;
    this.began = loop.nanoTime();
  }

  HttpServerRequest request() {
    return request;
  }

  String method() {
    return request.method().name();
  }

  String path() {
    return request.path();
  }

  /** A query parameter, or "". */
  String parameter(String name) {
    String value = request.getParam(name);
    return value == null ? "" : value;
  }

  /** A header, or "". */
  String header(String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  /** The body as text. A body that is too long is refused here, and the future never completes. */
  Future<String> body() {
    Promise<String> body = Promise.promise();
    Buffer read = Buffer.buffer();
    request.handler(
        piece -> {
          if (read.length() + piece.length() <= MOST_BYTES) {
            read.appendBuffer(piece);
          } else if (!request.response().ended()) {
            refuse(413, new Refusal("request_too_large", "The request body is too large.", ""));
          }
        });
    request.endHandler(
        ignored -> {
          if (!request.response().ended()) {
            body.complete(read.toString());
          }
        });
    return body.future();
  }

  void json(int status, JsonNode body) {
    answer(status, "application/json", Json.write(body));
  }

  void refuse(int status, Refusal refusal) {
    String type = status >= 500 ? "server_error" : "invalid_request_error";
    json(status, Json.object().set("error", refusal.toJson(type)));
  }

  void notFound() {
    String message = "Invalid URL (" + method() + " " + path() + ")";
    refuse(404, new Refusal("unknown_url", message, ""));
  }

  /** Adds a header to the answer that will be given. */
  void putHeader(String name, String value) {
    request.response().putHeader(name, value);
  }

  void answer(int status, String contentType, String body) {
    assert loop.isCurrent();
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader("content-type", contentType)
          .putHeader("openai-processing-ms", processingMillis())
          .putHeader("x-request-id", loop.ids().next("req"))
          .end(body);
    }
  }

  /** With a fraction: here a whole millisecond would hide all that was spent. */
  private String processingMillis() {
    long micros = (loop.nanoTime() - began) / NANOS_PER_MICRO;
    return BigDecimal.valueOf(micros, 3).toPlainString();
  }
}
