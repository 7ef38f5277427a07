package dev.sideband.server.provider;

import dev.sideband.v1.RealtimeEvent;
import java.util.List;

/**
 * One message of the provider, read.
 *
 * @param type the provider's word for it; "" if it could not be read
 * @param events what it means, in order, in our vocabulary, seldom more than one: payload and
 *     {@code provider_event_id} are set, nothing else. {@code session.created} and {@code
 *     session.updated} both become {@code SessionConfigured}; a finished function call becomes
 *     {@code ItemCompleted} and {@code ToolCallRequested}. The session decides what they mean for
 *     the conversation.
 * @param json the message as it came, without audio; private
 * @param clientEventId the id of the command of ours that it complains of; "" if it names none
 * @param quotedItemId the id of the item that an error's text quotes; "" if none
 * @param argumentText of a finished or retrieved function call: the words in its arguments (the
 *     first of {@code input_transcript}, {@code input}, {@code text}, {@code prompt}, {@code query}
 *     that is not blank), or else the arguments as they are; "" for all other messages
 * @param sessionId the provider's id of the session, if this message says it; private
 */
public record SidebandEvent(
    String type,
    List<RealtimeEvent> events,
    String json,
    String clientEventId,
    String quotedItemId,
    String argumentText,
    String sessionId) {

  public SidebandEvent {
    events = List.copyOf(events);
  }

  @Override
  public String toString() {
    return "SidebandEvent[" + type + "]";
  }
}
