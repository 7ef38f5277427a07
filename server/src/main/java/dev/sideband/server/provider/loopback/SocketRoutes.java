package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.Optional;

/**
 * The upgrades to a WebSocket: sidebands by {@code ?call_id=}, sessions of their own by {@code
 * ?model=} or an ephemeral key.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class SocketRoutes {
  private final OwnerLoop loop;
  private final Duration joinDelay;
  private final CallTable calls;
  private final Keys keys;
  private final SocketFaults faults;

  /** What goes wrong with sockets: on the next ones, and at once on all. */
  record SocketFaults(LoopbackFaults armed, Sockets sockets) {}

  SocketRoutes(
      OwnerLoop loop, Duration joinDelay, CallTable calls, Keys keys, SocketFaults faults) {
    this.loop = loop;
    this.joinDelay = joinDelay;
    this.calls = calls;
    this.keys = keys;
    this.faults = faults;
  }

  void upgrade(HttpExchange exchange) {
    if (!exchange.header("Upgrade").equalsIgnoreCase("websocket")) {
      exchange.refuse(426, new Refusal("upgrade_required", "A WebSocket is expected.", ""));
    } else if (joinDelay.isZero()) {
      admit(exchange);
    } else {
      exchange.request().pause();
      loop.after(joinDelay, () -> admit(exchange));
    }
  }

  private void admit(HttpExchange exchange) {
    Optional<Integer> refused = faults.armed().takeRefusedJoin();
    String callId = exchange.parameter("call_id");
    if (refused.isPresent()) {
      exchange.refuse(
          refused.get(), new Refusal("call_id_not_found", "The loopback was told to refuse.", ""));
    } else if (!callId.isEmpty()) {
      joinCall(exchange, callId);
    } else {
      openPrimary(exchange);
    }
  }

  private void joinCall(HttpExchange exchange, String callId) {
    if (calls.find(callId).isEmpty()) {
      exchange.refuse(404, new Refusal("call_id_not_found", "No such call.", "call_id"));
      return;
    }
    exchange
        .request()
        .toWebSocket()
        .onSuccess(
            socket ->
                calls
                    .find(callId)
                    .ifPresentOrElse(
                        call -> connect(call, socket, false), () -> socket.close((short) 1000)));
  }

  private void openPrimary(HttpExchange exchange) {
    Optional<Keys.Secret> secret = keys.find(Keys.keyOf(exchange));
    String model = exchange.parameter("model");
    if (model.isEmpty() && secret.isEmpty()) {
      exchange.refuse(400, Refusal.missing("model"));
      return;
    }
    if (calls.isFull()) {
      String message = "Rate limit reached for live sessions.";
      exchange.refuse(429, new Refusal("rate_limit_exceeded", message, ""));
      return;
    }
    ObjectNode session =
        secret
            .map(Keys.Secret::session)
            .orElseGet(() -> Json.object().put("type", "realtime").put("model", model));
    exchange
        .request()
        .toWebSocket()
        .onSuccess(
            socket -> {
              LoopbackCall call = calls.createPrimary();
              Optional<Refusal> refusal = call.configure(session);
              assert refusal.isEmpty() : refusal;
              connect(call, socket, true);
            });
  }

  private void connect(LoopbackCall call, ServerWebSocket socket, boolean takesAudio) {
    SocketSink sink = new SocketSink(loop, socket, faults.armed(), takesAudio);
    faults.sockets().add(sink);
    call.join(sink, () -> faults.sockets().remove(sink));
  }
}
