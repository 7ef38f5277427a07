package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request to create a call says, in either of its forms.
 *
 * @param offer the SDP offer
 * @param session what the call is to be; "" if it does not say
 */
record CreateForm(String offer, String session) {

  /** Reads it: {@code multipart/form-data}, with or without file names, or the bare offer. */
  static Future<CreateForm> read(HttpExchange exchange) {
    return exchange.header("Content-Type").startsWith("multipart/form-data")
        ? readParts(exchange.request())
        : exchange.body().map(offer -> new CreateForm(offer, modelOnly(exchange)));
  }

  private static Future<CreateForm> readParts(HttpServerRequest request) {
    Promise<CreateForm> form = Promise.promise();
    Map<String, Buffer> uploads = new HashMap<>();
    request.setExpectMultipart(true);
    request.uploadHandler(
        upload -> {
          Buffer content = uploads.computeIfAbsent(upload.name(), name -> Buffer.buffer());
          upload.handler(
              piece -> {
                if (content.length() + piece.length() <= HttpExchange.MOST_BYTES) {
                  content.appendBuffer(piece);
                }
              });
        });
    request.exceptionHandler(form::tryFail);
    request.endHandler(
        ignored ->
            form.tryComplete(
                new CreateForm(part(request, uploads, "sdp"), part(request, uploads, "session"))));
    return form.future();
  }

  private static String part(HttpServerRequest request, Map<String, Buffer> uploads, String name) {
    String field = request.formAttributes().get(name);
    return field != null ? field : uploads.getOrDefault(name, Buffer.buffer()).toString();
  }

  private static String modelOnly(HttpExchange exchange) {
    String model = exchange.parameter("model");
    return model.isEmpty()
        ? ""
        : Json.write(Json.object().put("type", "realtime").put("model", model));
  }

  /** The session's object; empty if there is text and it is no object. */
  Optional<ObjectNode> sessionObject() {
    return session.isBlank()
        ? Optional.of(Json.object().put("type", "realtime"))
        : Json.readObject(session);
  }

  @Override
  public String toString() {
    return "CreateForm[***]";
  }
}
