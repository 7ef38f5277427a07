package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's responses: at most one that writes to the conversation, and some that do not.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> With {@value #MOST_OUT_OF_BAND} responses out of band, one more is refused.
 */
final class Responses {
  private static final int MOST_OUT_OF_BAND = 8;

  private final LoopbackSession session;
  private final Assistant assistant;
  private final List<ResponseRun> outOfBand = new ArrayList<>();
  private @Nullable ResponseRun active;
  private double lastSpeechSeconds;
  private Optional<byte[]> lastSpeech = Optional.empty();

  Responses(LoopbackSession session, Assistant assistant) {
    this.session = session;
    this.assistant = assistant;
  }

  /** Remembers the user's last turn, which the next response may speak about, or say back. */
  void heard(double seconds, Optional<byte[]> samples) {
    lastSpeechSeconds = seconds;
    lastSpeech = samples;
  }

  /** Begins a response. */
  Optional<Refusal> create(ResponseOptions options) {
    if (!options.outOfBand() && active != null) {
      String message =
          "Conversation already has an active response in progress: "
              + active.id()
              + ". Wait until the response is finished before creating a new one.";
      return Optional.of(new Refusal("conversation_already_has_active_response", message, ""));
    }
    if (options.outOfBand() && outOfBand.size() == MOST_OUT_OF_BAND) {
      String message =
          "Too many responses out of band (expected: at most " + MOST_OUT_OF_BAND + ").";
      return Optional.of(new Refusal("rate_limit_exceeded", message, ""));
    }
    begin(options);
    return Optional.empty();
  }

  private void begin(ResponseOptions options) {
    List<? extends JsonNode> read =
        options.input().isPresent() ? options.input().get() : session.conversation().items();
    List<Prompt> prompts = Prompt.unanswered(read);
    Reply reply = assistant.answer(prompts, lastSpeechSeconds, options.tools());
    boolean isSpeech = prompts.size() == 1 && prompts.get(0).kind() == Prompt.Kind.SPEECH;
    Optional<byte[]> echo = isSpeech ? lastSpeech : Optional.empty();
    ResponseRun[] self = new ResponseRun[1];
    ResponseRun run =
        new ResponseRun(
            session, options, reply, new ResponseRun.Question(read, echo), () -> done(self[0]));
    self[0] = run;
    if (options.outOfBand()) {
      outOfBand.add(run);
    } else {
      active = run;
    }
    run.start();
  }

  private void done(ResponseRun run) {
    if (run == active) {
      active = null;
    }
    outOfBand.remove(run);
  }

  /** Stops a response; "" = the one that writes to the conversation. */
  Optional<Refusal> cancel(String id) {
    Optional<ResponseRun> run =
        all().stream()
            .filter(each -> id.isEmpty() ? !each.isOutOfBand() : each.id().equals(id))
            .findFirst();
    if (run.isEmpty()) {
      String message = "Cancellation failed: no active response found";
      return Optional.of(new Refusal("response_cancel_not_active", message, ""));
    }
    run.get().cancel("client_cancelled");
    return Optional.empty();
  }

  /** Gives way to the user, who has begun to speak. */
  void interrupt() {
    if (active != null) {
      active.cancel("turn_detected");
    }
    session.hush();
  }

  boolean isActive() {
    return active != null;
  }

  void close() {
    all().forEach(ResponseRun::abandon);
    outOfBand.clear();
    active = null;
  }

  private List<ResponseRun> all() {
    List<ResponseRun> all = new ArrayList<>(outOfBand);
    if (active != null) {
      all.add(active);
    }
    return all;
  }
}
