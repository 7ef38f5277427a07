package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The client events that a session received, in order, for whoever tests a client. Appended audio
 * is counted only.
 *
 * <p><b>Full.</b> The newest {@value #MOST_EVENTS} events are kept, and {@value #MOST_CHARS}
 * characters of them.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class InputLog {
  private static final int MOST_EVENTS = 2_000;
  private static final int MOST_CHARS = 2 << 20;

  private final Deque<CallReport.Input> events = new ArrayDeque<>();
  private long chars;
  private long audioAppends;

  void add(ObjectNode event) {
    String type = event.path("type").asText();
    if (type.equals("input_audio_buffer.append")) {
      audioAppends++;
      return;
    }
    CallReport.Input input =
        new CallReport.Input(type, event.path("event_id").asText(), Json.write(event));
    events.add(input);
    chars += input.json().length();
    while (events.size() > MOST_EVENTS || chars > MOST_CHARS) {
      chars -= events.remove().json().length();
    }
  }

  List<CallReport.Input> events() {
    return List.copyOf(events);
  }

  long audioAppends() {
    return audioAppends;
  }
}
