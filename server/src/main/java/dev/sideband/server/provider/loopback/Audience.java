package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Everyone who is connected to one session. An event is encoded once, whoever listens.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class Audience {
  private final OwnerLoop loop;
  private final Set<EventSink> sinks = new LinkedHashSet<>();

  Audience(OwnerLoop loop) {
    this.loop = loop;
  }

  void add(EventSink sink) {
    assert loop.isCurrent();
    sinks.add(sink);
  }

  void remove(EventSink sink) {
    assert loop.isCurrent();
    sinks.remove(sink);
  }

  int size() {
    return sinks.size();
  }

  /** Begins a server event. */
  ObjectNode event(String type) {
    return Json.object().put("type", type).put("event_id", loop.ids().next("event"));
  }

  /** Tells everyone. */
  void tell(ObjectNode event) {
    assert loop.isCurrent();
    if (!sinks.isEmpty()) {
      tellAs(Json.write(event));
    }
  }

  /** Tells everyone what is encoded already. */
  void tellAs(String json) {
    assert loop.isCurrent();
    List.copyOf(sinks).forEach(sink -> sink.send(json));
  }

  /** Tells those who take audio as events. */
  void tellAudio(ObjectNode event) {
    assert loop.isCurrent();
    String json = Json.write(event);
    List.copyOf(sinks).stream().filter(EventSink::takesAudio).forEach(sink -> sink.send(json));
  }

  /** Whether somebody has much left to read. */
  boolean isBehind() {
    return sinks.stream().anyMatch(EventSink::isBehind);
  }

  boolean takesAudio() {
    return sinks.stream().anyMatch(EventSink::takesAudio);
  }

  /** Tells the one who asked that it is not done, and which of their events is meant. */
  void refuse(EventSink asker, Refusal refusal, String clientEventId) {
    ObjectNode error = refusal.toJson("invalid_request_error");
    error.put("event_id", clientEventId.isEmpty() ? null : clientEventId);
    ObjectNode event = event("error");
    event.set("error", error);
    asker.send(Json.write(event));
  }

  /** Tells everyone of an error that nobody's event caused. */
  void tellError(Refusal refusal) {
    ObjectNode event = event("error");
    event.set("error", refusal.toJson("invalid_request_error").putNull("event_id"));
    tell(event);
  }

  void closeAll(int code, String reason) {
    assert loop.isCurrent();
    List.copyOf(sinks).forEach(sink -> sink.close(code, reason));
    sinks.clear();
  }
}
