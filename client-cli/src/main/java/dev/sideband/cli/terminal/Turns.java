package dev.sideband.cli.terminal;

import dev.sideband.v1.RealtimeEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who was busy when: the user's speech, the model's responses and the handoffs of a conversation,
 * gathered from its events, in order of their beginning. One thread.
 */
public final class Turns {
  private final List<Waterfall.Row> rows = new ArrayList<>();
  private final Map<String, Open> open = new HashMap<>();
  private @Nullable Instant began;

  private record Open(int row, String name, double from) {}

  /** Takes the next event; the first one is the zero of the scale. */
  public void accept(RealtimeEvent event) {
    Instant time = Texts.instant(event.getTime());
    Instant zero = began == null ? time : began;
    began = zero;
    double at = Duration.between(zero, time).toNanos() / 1_000_000.0;
    switch (event.getPayloadCase()) {
      case INPUT_SPEECH_STARTED ->
          begin(event.getInputSpeechStarted().getItemId(), "user speaks", at);
      case INPUT_SPEECH_STOPPED -> end(event.getInputSpeechStopped().getItemId(), at);
      case RESPONSE_STARTED -> begin(event.getResponseStarted().getResponseId(), "response", at);
      case RESPONSE_COMPLETED -> end(event.getResponseCompleted().getResponseId(), at);
      case HANDOFF_REQUESTED ->
          begin("handoff " + event.getHandoffRequested().getHandoffId(), "handoff", at);
      case HANDOFF_COMPLETED -> end("handoff " + event.getHandoffCompleted().getHandoffId(), at);
      case CONVERSATION_ENDED -> endAll(at);
      default -> {
        // Takes no time of anybody's.
      }
    }
  }

  private void begin(String key, String name, double at) {
    open.put(key, new Open(rows.size(), name, at));
    rows.add(Waterfall.Row.of(name, at, at, "still open"));
  }

  private void end(String key, double at) {
    Open turn = open.remove(key);
    if (turn != null) {
      rows.set(turn.row(), Waterfall.Row.of(turn.name(), turn.from(), at, ""));
    }
  }

  private void endAll(double at) {
    for (String key : List.copyOf(open.keySet())) {
      end(key, at);
    }
  }

  List<Waterfall.Row> rows() {
    return List.copyOf(rows);
  }
}
