package dev.sideband.cli.demo;

import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.Timing;
import dev.sideband.v1.TranscriptCompleted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened in the demo's conversation so far, and what is still missing. Reads no clock: times
 * are milliseconds since the caller asked for the conversation. One thread.
 */
final class DemoStory {
  private final Map<String, Reached> milestones = new LinkedHashMap<>();
  private final List<Said> said = new ArrayList<>();
  private final Map<String, Handoff> handoffs = new LinkedHashMap<>();
  private final StringBuilder growing = new StringBuilder();
  private final List<String> troubles = new ArrayList<>();
  private double serverZero;
  private long lastSequence;
  private boolean finalTurn;
  private String answeringResponse = "";
  private boolean answerCompleted;
  private boolean answerPlaying;
  private boolean ending;
  private @Nullable ConversationEnded ended;

  /** A milestone, timed since its stage began and since the caller asked. */
  record Reached(String name, double elapsed, double total, boolean byServer) {}

  /** A finished line of the conversation. */
  record Said(Role role, String text) {}

  /** A handoff; {@code answeredAfter} is negative until it is answered. */
  record Handoff(
      String id, String input, String output, double requestedAt, double answeredAfter) {}

  /** The server counts from here. */
  void serverStartsAt(double total) {
    serverZero = total;
  }

  /** A milestone of the caller's own. */
  void reach(ClientMilestone milestone) {
    String name = milestone.getName();
    double elapsed = Texts.millis(milestone.getElapsed());
    milestones.putIfAbsent(
        name, new Reached(name, elapsed, Texts.millis(milestone.getTotal()), false));
  }

  /** When a milestone was reached; 0 when it was not. */
  double total(String name) {
    Reached reached = milestones.get(name);
    return reached == null ? 0 : reached.total();
  }

  private void reachByServer(String name, Timing timing) {
    double total = serverZero + Texts.millis(timing.getTotal());
    milestones.putIfAbsent(name, new Reached(name, Texts.millis(timing.getElapsed()), total, true));
  }

  /** The next event; {@code at} is when it arrived. */
  void accept(RealtimeEvent event, double at) {
    if (event.getSequence() == 0) {
      return;
    }
    if (event.getSequence() != lastSequence + 1) {
      troubles.add("event " + event.getSequence() + " came after event " + lastSequence);
    }
    lastSequence = event.getSequence();
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> reachByServer("call_created", event.getCallCreated().getTiming());
      case SIDEBAND_JOINING ->
          reachByServer("sideband_joining", event.getSidebandJoining().getTiming());
      case SIDEBAND_JOINED ->
          reachByServer("sideband_joined", event.getSidebandJoined().getTiming());
      case SESSION_CONFIGURED ->
          reachByServer("session_configured", event.getSessionConfigured().getTiming());
      case HANDOFF_REQUESTED -> requested(event.getHandoffRequested(), at);
      case CONVERSATION_ENDING -> ending = true;
      case CONVERSATION_ENDED -> ended = event.getConversationEnded();
      case ERROR_OCCURRED -> trouble(event.getErrorOccurred().getMessage());
      case START_FAILED -> trouble(event.getStartFailed().getMessage());
      default -> speech(event);
    }
  }

  private void speech(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case TRANSCRIPT_DELTA -> {
        if (event.getTranscriptDelta().getRole() == Role.ASSISTANT) {
          growing.append(event.getTranscriptDelta().getDelta());
        }
      }
      case TRANSCRIPT_COMPLETED -> completed(event.getTranscriptCompleted());
      case RESPONSE_COMPLETED -> {
        String response = event.getResponseCompleted().getResponseId();
        answerCompleted |= finalTurn && response.equals(answeringResponse);
      }
      case PLAYBACK_STARTED -> answerPlaying = true;
      case PLAYBACK_STOPPED, PLAYBACK_CLEARED -> answerPlaying = false;
      default -> {
        // Counted, and of no further interest here.
      }
    }
  }

  private void requested(HandoffRequested request, double at) {
    String input = Texts.oneLine(request.getInput());
    handoffs.putIfAbsent(
        request.getHandoffId(), new Handoff(request.getHandoffId(), input, "", at, -1));
  }

  private void completed(TranscriptCompleted completed) {
    String text = Texts.oneLine(completed.getText());
    said.add(new Said(completed.getRole(), text));
    if (completed.getRole() == Role.ASSISTANT) {
      growing.setLength(0);
      if (handoffs.values().stream().anyMatch(handoff -> handoff.answeredAfter() >= 0)) {
        finalTurn = true;
        answeringResponse = completed.getResponseId();
      }
    }
  }

  /** A handoff was answered; what the assistant says from now on is the answer. */
  void answered(String handoffId, String output, double at) {
    handoffs.computeIfPresent(
        handoffId,
        (id, asked) ->
            new Handoff(id, asked.input(), output, asked.requestedAt(), at - asked.requestedAt()));
  }

  void trouble(String what) {
    troubles.add(Texts.oneLine(what));
  }

  List<Handoff> unanswered() {
    return handoffs.values().stream().filter(handoff -> handoff.answeredAfter() < 0).toList();
  }

  /** Everything that the machinery does by itself before anybody speaks. */
  boolean isStarted() {
    return milestones.containsKey("session_configured")
        && milestones.containsKey("first_audio_sent");
  }

  /** The assistant has said its last word; it may still be audible. */
  boolean isAnswered() {
    return answerCompleted;
  }

  /** What the user said has been put into words, which may come after the answer to it. */
  boolean isTranscribed() {
    return said.stream().anyMatch(line -> line.role() == Role.USER && !line.text().isEmpty());
  }

  boolean isAnswerPlaying() {
    return answerPlaying;
  }

  /** Its end has begun, if not more. */
  boolean isEnding() {
    return ending;
  }

  boolean isEnded() {
    return ended != null;
  }

  List<Reached> milestones() {
    return List.copyOf(milestones.values());
  }

  List<Reached> milestonesInTime() {
    return milestones.values().stream().sorted(Comparator.comparingDouble(Reached::total)).toList();
  }

  List<Said> said() {
    return List.copyOf(said);
  }

  List<Handoff> handoffs() {
    return List.copyOf(handoffs.values());
  }

  String growing() {
    return Texts.oneLine(growing.toString());
  }

  List<String> troubles() {
    return List.copyOf(troubles);
  }

  long events() {
    return lastSequence;
  }

  @Nullable ConversationEnded ended() {
    return ended;
  }
}
