package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One response on its way: a reply, streamed step by step so that others may speak, and interrupt,
 * between two steps. {@code response.done} comes once, whatever happens.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class ResponseRun {
  private static final int AUDIO_CHUNK_BYTES = SessionSettings.PCM_RATE / 5 * 2;

  private final LoopbackSession session;
  private final ResponseOptions options;
  private final Reply reply;
  private final List<? extends JsonNode> read;
  private final Optional<byte[]> echo;
  private final String id;
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private final ArrayNode output = Json.array();
  private final Runnable onDone;
  private @Nullable MessageOutput message;
  private OwnerLoop.@Nullable Timer next;

  /** What a response answers: what was read, and the user's samples to say back, if any. */
  record Question(List<? extends JsonNode> read, Optional<byte[]> echo) {}

  ResponseRun(
      LoopbackSession session,
      ResponseOptions options,
      Reply reply,
      Question question,
      Runnable onDone) {
    this.session = session;
    this.options = options;
    this.reply = reply;
    this.read = question.read();
    this.echo = question.echo();
    this.onDone = onDone;
    this.id = session.loop().ids().next("resp");
  }

  String id() {
    return id;
  }

  boolean isOutOfBand() {
    return options.outOfBand();
  }

  void start() {
    ObjectNode created = session.audience().event("response.created");
    created.set("response", toJson("in_progress"));
    session.audience().tell(created);
    session.audience().tell(session.rateLimits());
    if (!reply.text().isEmpty()) {
      planMessage();
    }
    reply.calls().forEach(call -> steps.add(() -> callTool(call)));
    advance();
  }

  private void planMessage() {
    MessageOutput planned = new MessageOutput(session, options, id, 0);
    steps.add(
        () -> {
          message = planned;
          planned.open();
          if (options.isSpoken() && !options.outOfBand()) {
            session.speak(id, speakingTime());
          }
        });
    reply.deltas().forEach(delta -> steps.add(() -> planned.say(delta)));
    if (options.isSpoken() && session.audience().takesAudio()) {
      byte[] pcm =
          echo.orElseGet(() -> Tone.pcm(speakingTime().toMillis(), SessionSettings.PCM_RATE));
      for (int at = 0; at < pcm.length; at += AUDIO_CHUNK_BYTES) {
        byte[] chunk = Arrays.copyOfRange(pcm, at, Math.min(pcm.length, at + AUDIO_CHUNK_BYTES));
        steps.add(() -> planned.sound(chunk));
      }
    }
    boolean whole = reply.ending() == Reply.Ending.COMPLETED;
    steps.add(() -> closeMessage(whole ? "completed" : "incomplete"));
  }

  private void advance() {
    next = null;
    Runnable step = steps.poll();
    if (step == null) {
      finish(status(), statusDetails());
    } else {
      step.run();
      next = session.loop().after(session.deltaDelay(), this::advance);
    }
  }

  /** Stops it where it is. */
  void cancel(String reason) {
    assert session.loop().isCurrent();
    if (next != null) {
      next.cancel();
      next = null;
    }
    steps.clear();
    closeMessage("incomplete");
    finish("cancelled", Json.object().put("type", "cancelled").put("reason", reason));
  }

  /** Stops it without a word: its session is over. */
  void abandon() {
    if (next != null) {
      next.cancel();
    }
    steps.clear();
  }

  private void closeMessage(String status) {
    if (message != null) {
      output.add(message.close(status));
      message = null;
    }
  }

  private void callTool(Reply.ToolCall call) {
    FunctionCallOutput function = new FunctionCallOutput(session, id, output.size());
    output.add(function.emit(call, options.outOfBand()));
  }

  private void finish(String status, @Nullable ObjectNode details) {
    ObjectNode response = toJson(status);
    response.set("status_details", details);
    response.set(
        "usage", Usage.ofResponse(read, session.takeHeardMs(), output, options.isSpoken()));
    ObjectNode done = session.audience().event("response.done");
    done.set("response", response);
    session.audience().tell(done);
    onDone.run();
  }

  private String status() {
    return switch (reply.ending()) {
      case COMPLETED -> "completed";
      case FAILED -> "failed";
      case INCOMPLETE -> "incomplete";
    };
  }

  private @Nullable ObjectNode statusDetails() {
    return switch (reply.ending()) {
      case COMPLETED -> null;
      case INCOMPLETE -> Json.object().put("type", "incomplete").put("reason", "max_output_tokens");
      case FAILED -> {
        ObjectNode details = Json.object().put("type", "failed");
        details.putObject("error").put("type", "server_error").put("code", reply.code());
        yield details;
      }
    };
  }

  private Duration speakingTime() {
    return Usage.speakingTime(Usage.words(reply.text()));
  }

  private ObjectNode toJson(String status) {
    ObjectNode response = Json.object().put("object", "realtime.response").put("id", id);
    response.put("status", status).putNull("status_details");
    response.set("output", output.deepCopy());
    response.put("conversation_id", options.outOfBand() ? null : session.conversationId());
    response.putArray("output_modalities").add(options.modality());
    response.set("max_output_tokens", session.settings().maxOutputTokens());
    ObjectNode audio = response.putObject("audio").putObject("output");
    audio.set("voice", session.settings().voice());
    audio.putObject("format").put("type", "audio/pcm").put("rate", SessionSettings.PCM_RATE);
    response.putNull("usage");
    response.set("metadata", options.metadata().isObject() ? options.metadata() : null);
    return response;
  }
}
