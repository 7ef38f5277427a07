package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each request to whom it is for, once it is known who asks.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class HttpRoutes {
  private static final Logger log = LoggerFactory.getLogger(HttpRoutes.class);
  private static final String CALLS = "/v1/realtime/calls";
  private static final String MODELS = "/v1/models";

  private final OwnerLoop loop;
  private final Keys keys;
  private final CallRoutes calls;
  private final SocketRoutes sockets;
  private final ControlRoutes control;

  HttpRoutes(
      OwnerLoop loop, Keys keys, CallRoutes calls, SocketRoutes sockets, ControlRoutes control) {
    this.loop = loop;
    this.keys = keys;
    this.calls = calls;
    this.sockets = sockets;
    this.control = control;
  }

  void handle(HttpServerRequest request) {
    HttpExchange exchange = new HttpExchange(loop, request);
    try {
      check(exchange).ifPresentOrElse(refusal -> refuse(exchange, refusal), () -> route(exchange));
    } catch (RuntimeException bug) {
      log.error("loopback request failed", bug);
      exchange.refuse(500, new Refusal("server_error", "The loopback failed.", ""));
    }
  }

  private Optional<Refusal> check(HttpExchange exchange) {
    String key = Keys.keyOf(exchange);
    if (!keys.accepts(key)) {
      String message =
          key.isEmpty() ? "Missing bearer authentication in header" : "Incorrect API key provided.";
      return Optional.of(new Refusal("invalid_api_key", message, ""));
    }
    if (exchange.header("OpenAI-Beta").contains("realtime=v1")) {
      String message = "The Realtime Beta API is no longer supported. Please use the GA API.";
      return Optional.of(new Refusal("beta_api_shape_disabled", message, ""));
    }
    return Optional.empty();
  }

  private static void refuse(HttpExchange exchange, Refusal refusal) {
    exchange.refuse(refusal.code().equals("invalid_api_key") ? 401 : 400, refusal);
  }

  private void route(HttpExchange exchange) {
    String path = exchange.path();
    if (path.startsWith("/v1/loopback/")) {
      control.handle(exchange);
    } else if (exchange.method().equals("GET")) {
      get(exchange, path);
    } else if (exchange.method().equals("POST")) {
      post(exchange, path);
    } else {
      exchange.notFound();
    }
  }

  private void get(HttpExchange exchange, String path) {
    if (path.equals("/v1/realtime")) {
      sockets.upgrade(exchange);
    } else if (path.equals(MODELS)) {
      ObjectNode list = Json.object().put("object", "list");
      list.putArray("data").add(model(SessionSettings.DEFAULT_MODEL));
      exchange.json(200, list);
    } else if (path.startsWith(MODELS + "/")) {
      exchange.json(200, model(path.substring(MODELS.length() + 1)));
    } else {
      exchange.notFound();
    }
  }

  private void post(HttpExchange exchange, String path) {
    String[] parts = path.split("/", -1);
    if (path.equals(CALLS)) {
      calls.create(exchange);
    } else if (path.equals("/v1/realtime/client_secrets")) {
      calls.issueSecret(exchange);
    } else if (path.startsWith(CALLS + "/") && parts.length == 6 && parts[5].equals("hangup")) {
      calls.hangUp(exchange, parts[4]);
    } else {
      exchange.notFound();
    }
  }

  private ObjectNode model(String name) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", loop.unixSeconds())
        .put("owned_by", "loopback");
  }
}
