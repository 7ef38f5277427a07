package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;

/**
 * What OpenAI does not have, under {@code /v1/loopback/}: reports ({@code GET calls}, with {@code
 * ?inputs=false} without what each call was told), the {@link Witness} ({@code GET
 * witness?after=N}, {@value #PAGE} statements at a time), and faults ({@code POST faults} to arm,
 * {@code DELETE faults} to disarm).
 *
 * <p>{@code faults} takes an object with any of: {@code refuse_creates {count, status, code}},
 * {@code delay_creates {count, ms}}, {@code break_locations {count, kind: missing|foreign}}, {@code
 * refuse_joins {count, status}}, {@code drop_after_events {count, events}}, {@code bad_json
 * {count}}, {@code binary_frames {count}}; and, at once, {@code stall: true|false}, {@code drop
 * {count}} (those open longest) or {@code drop: true} (all), {@code close {code, reason}}. A count
 * that is missing is 1.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class ControlRoutes {
  private static final int PAGE = 5_000;
  private final CallTable calls;
  private final LoopbackFaults faults;
  private final Sockets sockets;

  ControlRoutes(CallTable calls, LoopbackFaults faults, Sockets sockets) {
    this.calls = calls;
    this.faults = faults;
    this.sockets = sockets;
  }

  void handle(HttpExchange exchange) {
    switch (exchange.method() + " " + exchange.path()) {
      case "GET /v1/loopback/calls" ->
          exchange.json(200, report(!exchange.parameter("inputs").equals("false")));
      case "GET /v1/loopback/witness" -> exchange.json(200, statements(after(exchange)));
      case "POST /v1/loopback/faults" -> exchange.body().onSuccess(body -> arm(exchange, body));
      case "DELETE /v1/loopback/faults" -> {
        faults.clear();
        sockets.stallAll(false);
        exchange.json(200, Json.object());
      }
      default -> exchange.notFound();
    }
  }

  private void arm(HttpExchange exchange, String body) {
    try {
      JsonNode asked =
          Json.readObject(body)
              .orElseThrow(() -> new IllegalArgumentException("body: no JSON object"));
      for (var fault : asked.properties()) {
        arm(fault.getKey(), fault.getValue());
      }
      exchange.json(200, asked);
    } catch (IllegalArgumentException wrong) {
      exchange.refuse(400, new Refusal("invalid_value", String.valueOf(wrong.getMessage()), ""));
    }
  }

  private void arm(String name, JsonNode value) {
    int count = value.path("count").asInt(1);
    switch (name) {
      case "refuse_creates" ->
          faults.refuseCreates(
              count, value.path("status").asInt(503), value.path("code").asText("server_error"));
      case "delay_creates" ->
          faults.delayCreates(count, Duration.ofMillis(value.path("ms").asLong()));
      case "break_locations" ->
          faults.breakLocations(
              count,
              LoopbackFaults.Location.valueOf(
                  value.path("kind").asText().toUpperCase(Locale.ROOT)));
      case "refuse_joins" -> faults.refuseJoins(count, value.path("status").asInt(404));
      case "drop_after_events" -> faults.dropAfterEvents(count, value.path("events").asInt(1));
      case "bad_json" -> faults.sendBadJson(count);
      case "binary_frames" -> faults.sendBinaryFrames(count);
      case "stall" -> sockets.stallAll(value.asBoolean());
      case "drop" -> sockets.drop(value.isObject() ? count : Integer.MAX_VALUE);
      case "close" ->
          sockets.closeAll(value.path("code").asInt(1000), value.path("reason").asText());
      default -> throw new IllegalArgumentException("fault: " + name + " (expected: a known one)");
    }
  }

  private static int after(HttpExchange exchange) {
    String after = exchange.parameter("after");
    return after.matches("\\d{1,9}") ? Integer.parseInt(after) : 0;
  }

  private ObjectNode statements(int after) {
    Witness witness = calls.witness();
    ObjectNode json = Json.object().put("missed", witness.missed());
    ArrayNode list = json.putArray("statements");
    for (Witness.Statement statement : witness.read(after, PAGE)) {
      list.addObject()
          .put("call", statement.call())
          .put("type", statement.type())
          .put("event_id", statement.eventId())
          .put("item_id", statement.itemId())
          .put("refusal", statement.refusal());
    }
    return json;
  }

  private ObjectNode report(boolean withInputs) {
    LoopbackReport report = calls.report();
    ObjectNode json =
        Json.object()
            .put("created", report.created())
            .put("live", report.live())
            .put("hung_up", report.hungUp())
            .put("peers", report.peers());
    ArrayNode list = json.putArray("calls");
    report.calls().forEach(call -> list.add(toJson(call, withInputs)));
    return json;
  }

  private static ObjectNode toJson(CallReport call, boolean withInputs) {
    ObjectNode json =
        Json.object()
            .put("id", call.id())
            .put("transport", call.transport())
            .put("end", call.end())
            .put("sidebands", call.sidebands())
            .put("joins", call.joins())
            .put("media_connected", call.mediaConnected())
            .put("frames_received", call.framesReceived())
            .put("audio_appends", call.audioAppends());
    if (withInputs) {
      ArrayNode inputs = json.putArray("inputs");
      call.inputs().forEach(input -> Json.readObject(input.json()).ifPresent(inputs::add));
    }
    return json;
  }
}
