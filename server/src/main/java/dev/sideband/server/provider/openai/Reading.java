package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import java.util.ArrayList;
import java.util.List;

/** One message being read: what has been understood of it so far. Lives for one call. */
final class Reading {

  /** Reads one type of message. Must not throw, whatever its members are. */
  @FunctionalInterface
  interface MessageReader {
    void read(JsonNode message, Reading reading);
  }

  private final List<RealtimeEvent.Builder> events = new ArrayList<>(2);
  private String clientEventId = "";
  private String quotedItemId = "";
  private String argumentText = "";
  private String sessionId = "";

  /** The next event that the message means. */
  RealtimeEvent.Builder add() {
    RealtimeEvent.Builder event = RealtimeEvent.newBuilder();
    events.add(event);
    return event;
  }

  /** The message makes no sense, though its JSON does. */
  void unreadable(String why) {
    add()
        .setErrorOccurred(
            ErrorOccurred.newBuilder()
                .setSeverity(Severity.RECOVERABLE)
                .setCode(ErrorCode.PROVIDER_MESSAGE_UNREADABLE)
                .setMessage(why));
  }

  void complainsAbout(String command, String item) {
    clientEventId = command;
    quotedItemId = item;
  }

  void asksFor(String text) {
    argumentText = text;
  }

  void session(String id) {
    sessionId = id;
  }

  List<RealtimeEvent.Builder> events() {
    return events;
  }

  String clientEventId() {
    return clientEventId;
  }

  String quotedItemId() {
    return quotedItemId;
  }

  String argumentText() {
    return argumentText;
  }

  String sessionId() {
    return sessionId;
  }
}
