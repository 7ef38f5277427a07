package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session as OpenAI would hold it: its settings, its conversation, whom it talks to, what it
 * hears and what it says. Its parts speak to each other through it.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class LoopbackSession {
  private final SessionContext context;
  private final AssistantVoice voice;
  private final boolean primary;
  private final String conversationId;
  private final Audience audience;
  private final SessionSettings settings;
  private final Conversation conversation = new Conversation();
  private final Responses responses;
  private final UserTurns turns;
  private final ScriptRun script;
  private @Nullable String playing;
  private boolean spoken;
  private long heardMs;

  /**
   * A session without anyone connected.
   *
   * @param primary whether it is a WebSocket's own, so that audio goes both ways as events
   */
  LoopbackSession(SessionContext context, AssistantVoice voice, boolean primary) {
    this.context = context;
    this.voice = voice;
    this.primary = primary;
    Ids ids = context.loop().ids();
    this.conversationId = ids.next("conv");
    this.audience = new Audience(context.loop());
    long expiresAt = context.loop().unixSeconds() + context.config().limits().session().toSeconds();
    this.settings = SessionSettings.create(ids.next("sess"), expiresAt);
    this.responses = new Responses(this, new Assistant(context.config().handoffTool()));
    this.turns = new UserTurns(this, primary);
    this.script = new ScriptRun(this, context.scripts());
  }

  /** Greets whoever is the session's own client with {@code session.created}. */
  void greet(EventSink sink) {
    ObjectNode created = audience.event("session.created");
    created.set("session", settings.toJson());
    sink.send(Json.write(created));
  }

  /** Changes the settings and tells everyone what they are now. */
  Optional<Refusal> update(ObjectNode event) {
    Optional<Refusal> refusal = settings.update(event.path("session"), spoken);
    if (refusal.isEmpty()) {
      ObjectNode updated = audience.event("session.updated");
      updated.set("session", settings.toJson());
      audience.tell(updated);
    }
    return refusal;
  }

  /** Adds an item that is complete, and tells everyone. */
  void add(ObjectNode item, String after) {
    conversation.insert(item, after);
    tellItem("conversation.item.added", item);
    tellItem("conversation.item.done", item);
  }

  /** Adds an item that the assistant is about to produce. */
  void addOutput(ObjectNode item, boolean outOfBand) {
    if (!outOfBand) {
      conversation.insert(item, "");
      tellItem("conversation.item.added", item);
    }
  }

  /** Tells that the assistant has produced an item. */
  void finishOutput(ObjectNode item, boolean outOfBand) {
    if (!outOfBand) {
      tellItem("conversation.item.done", item);
    }
  }

  private void tellItem(String type, ObjectNode item) {
    ObjectNode event = audience.event(type);
    event.put("previous_item_id", conversation.predecessor(item.path("id").asText()));
    event.set("item", item.deepCopy());
    audience.tell(event);
  }

  /** Makes the assistant heard, and tells when it begins and ends. */
  void speak(String responseId, Duration length) {
    spoken = true;
    if (primary) {
      return;
    }
    hush();
    playing = responseId;
    tellPlayback("output_audio_buffer.started", responseId);
    voice.play(
        length,
        () -> {
          if (responseId.equals(playing)) {
            playing = null;
            tellPlayback("output_audio_buffer.stopped", responseId);
          }
        });
  }

  /** Cuts the assistant off, if it is being heard. */
  void hush() {
    if (playing != null) {
      String cut = playing;
      playing = null;
      voice.cut();
      tellPlayback("output_audio_buffer.cleared", cut);
    }
  }

  private void tellPlayback(String type, String responseId) {
    audience.tell(audience.event(type).put("response_id", responseId));
  }

  /** Counts audio of the user that the next response is to be charged for. */
  void heard(long milliseconds) {
    heardMs += milliseconds;
  }

  /** How much of the user's audio no response has been charged for yet. */
  long takeHeardMs() {
    long taken = heardMs;
    heardMs = 0;
    return taken;
  }

  /** Ends everything that is under way, without a word. */
  void close() {
    script.close();
    responses.close();
    voice.cut();
  }

  /** What is left of what the loopback allows: calls. */
  ObjectNode rateLimits() {
    int limit = context.config().limits().calls();
    ObjectNode event = audience.event("rate_limits.updated");
    ArrayNode limits = event.putArray("rate_limits");
    limits
        .addObject()
        .put("name", "requests")
        .put("limit", limit)
        .put("remaining", Math.max(0, limit - context.liveCalls().getAsInt()))
        .put("reset_seconds", 0.0);
    return event;
  }

  OwnerLoop loop() {
    return context.loop();
  }

  Duration deltaDelay() {
    return context.config().delays().delta();
  }

  boolean isPrimary() {
    return primary;
  }

  String conversationId() {
    return conversationId;
  }

  Audience audience() {
    return audience;
  }

  SessionSettings settings() {
    return settings;
  }

  Conversation conversation() {
    return conversation;
  }

  Responses responses() {
    return responses;
  }

  UserTurns turns() {
    return turns;
  }

  ScriptRun script() {
    return script;
  }
}
