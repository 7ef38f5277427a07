package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.ProviderEvent;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads server events of the GA protocol, and of its beta where the names differ. A type without a
 * reader becomes a {@link ProviderEvent}; what cannot be read becomes a recoverable error. Nothing
 * is dropped and nothing throws, whatever comes.
 *
 * <p>A tool call is requested by {@code conversation.item.done} only. {@code
 * response.output_item.done} tells of the same item, but not of items that no response made, and
 * comes later.
 *
 * <p><b>Threads.</b> One adapter per sideband, called by its reader only: it remembers which items
 * were added, because a server may announce one under both the old name and the new.
 */
final class GaEventAdapter {

  /** Types of the protocol that are left as they are: each says nothing that another does not. */
  static final Set<String> DELIBERATELY_RAW =
      Set.of("conversation.created", "response.function_call_arguments.done");

  private static final Map<String, MessageReader> READERS = readers();
  private static final int MAX_TYPE = 256;
  private static final int MAX_RAW = 256 * 1024;
  private static final int MAX_PRIVATE = 1024 * 1024;

  private final AddedItems addedItems = new AddedItems();
  private @Nullable Thread reader;

  private static Map<String, MessageReader> readers() {
    Map<String, MessageReader> readers = new HashMap<>();
    SessionEvents.addTo(readers);
    SpeechEvents.addTo(readers);
    TranscriptEvents.addTo(readers);
    ItemEvents.addTo(readers);
    ResponseEvents.addTo(readers);
    ToolEvents.addTo(readers);
    ErrorEvents.addTo(readers);
    return Map.copyOf(readers);
  }

  /** Whether a type has a reader. */
  static boolean reads(String type) {
    return READERS.containsKey(type);
  }

  /** What a text frame says. */
  SidebandEvent read(String text) {
    assert isReader() : "another thread than the sideband's reader";
    Optional<ObjectNode> read = Json.tryRead(text);
    if (read.isEmpty()) {
      return unreadable("message: not a JSON object (expected: a server event)");
    }
    ObjectNode message = read.get();
    String type = Json.text(message, "type");
    if (type.isEmpty()) {
      return unreadable("message: no type (expected: a server event)");
    }
    Reading reading = new Reading();
    MessageReader reader = READERS.get(type);
    if (reader != null && !addedItems.isRepeat(type, message)) {
      reader.read(message, reading);
    }
    // Only now: the readers want the audio that is about to go.
    String json = BlobCutter.cut(message) ? message.toString() : text;
    List<RealtimeEvent> events = finish(reading, type, json, Json.text(message, "event_id"));
    return new SidebandEvent(
        Texts.cut(type, MAX_TYPE),
        events,
        Texts.cut(Texts.wellFormed(json), MAX_PRIVATE),
        reading.clientEventId(),
        reading.quotedItemId(),
        reading.argumentText(),
        reading.sessionId());
  }

  private boolean isReader() {
    if (reader == null) {
      reader = Thread.currentThread();
    }
    return reader == Thread.currentThread();
  }

  /** A frame that is no message. */
  SidebandEvent unreadable(String why) {
    Reading reading = new Reading();
    reading.unreadable(why);
    return new SidebandEvent("", List.of(reading.events().get(0).build()), "", "", "", "", "");
  }

  /** What stands for an answer to a command that could not even be written. */
  static SidebandEvent refused(String clientEventId, String why) {
    ErrorOccurred error =
        ErrorOccurred.newBuilder()
            .setSeverity(Severity.RECOVERABLE)
            .setCode(ErrorCode.REQUEST_INVALID)
            .setMessage(why)
            .build();
    RealtimeEvent event = RealtimeEvent.newBuilder().setErrorOccurred(error).build();
    return new SidebandEvent("error", List.of(event), "", clientEventId, "", "", "");
  }

  private static List<RealtimeEvent> finish(
      Reading reading, String type, String json, String eventId) {
    if (reading.events().isEmpty()) {
      reading.add().setProviderEvent(raw(type, json));
    }
    List<RealtimeEvent> events = new ArrayList<>(reading.events().size());
    for (RealtimeEvent.Builder event : reading.events()) {
      event.setProviderEventId(eventId);
      events.add(
          EventSize.tryFit(event)
              .orElseGet(
                  () ->
                      RealtimeEvent.newBuilder()
                          .setProviderEventId(Texts.cut(eventId, MAX_TYPE))
                          .setProviderEvent(raw(type, json))
                          .build()));
    }
    return events;
  }

  private static ProviderEvent raw(String type, String json) {
    String kept = EventSize.cut(Texts.wellFormed(json), MAX_RAW);
    return ProviderEvent.newBuilder()
        .setType(Texts.cut(type, MAX_TYPE))
        .setJson(kept)
        .setCut(kept.length() < json.length())
        .build();
  }
}
