package dev.sideband.cli.demo;

import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the demo went.
 *
 * @param conversationId empty when it did not come so far
 * @param story what happened
 * @param audio what was sent and heard
 * @param missing what should have happened and did not, in words; empty when everything worked
 */
record DemoOutcome(String conversationId, DemoStory story, Audio audio, List<String> missing) {
  private static final List<String> EXPECTED =
      List.of(
          "offer",
          "call_created",
          "answer_applied",
          "ice_connected",
          "dtls_connected",
          "sideband_joined",
          "session_configured",
          "first_audio_sent",
          "first_audio_heard");
  private static final int LEAST_HEARD = 10;

  /** Frames of 10 ms, and the loudest sample that came back, 0 to 32767. */
  record Audio(int framesSent, int framesHeard, int peakHeard) {}

  /** Before anything happened. */
  static DemoOutcome nothing() {
    return of("", new DemoStory(), new Audio(0, 0, 0), 0);
  }

  /** Judges a story; {@code reread} is how many events the log gave when it was asked again. */
  static DemoOutcome of(String conversationId, DemoStory story, Audio audio, long reread) {
    List<String> missing = new ArrayList<>();
    Set<String> reached =
        story.milestones().stream().map(DemoStory.Reached::name).collect(Collectors.toSet());
    for (String name : EXPECTED) {
      if (!reached.contains(name)) {
        missing.add("the milestone " + name.replace('_', ' '));
      }
    }
    judgeConversation(story, audio, missing);
    judgeEnd(story, missing);
    if (reread != story.events()) {
      missing.add(
          String.format(
              Locale.ROOT, "the log gave %d events, the live stream %d", reread, story.events()));
    }
    missing.addAll(story.troubles());
    return new DemoOutcome(conversationId, story, audio, List.copyOf(missing));
  }

  private static void judgeConversation(DemoStory story, Audio audio, List<String> missing) {
    if (!story.isTranscribed()) {
      missing.add("what the user said, in writing");
    }
    if (story.said().stream().noneMatch(line -> line.role() == Role.ASSISTANT)) {
      missing.add("anything that the assistant said");
    }
    if (story.handoffs().isEmpty()) {
      missing.add("a handoff to the agent");
    } else if (!story.unanswered().isEmpty()) {
      missing.add("the answer to a handoff");
    } else if (!story.isAnswered()) {
      missing.add("the assistant's answer after the handoff");
    }
    if (audio.framesHeard() < LEAST_HEARD) {
      missing.add("audible sound from the other side");
    }
  }

  private static void judgeEnd(DemoStory story, List<String> missing) {
    ConversationEnded ended = story.ended();
    if (ended == null) {
      missing.add(
          story.isEnding()
              ? "the provider's word that the call is hung up (the server goes on trying:"
                  + " ./sideband watch last)"
              : "the end of the conversation");
      return;
    }
    if (ended.getReason() != EndReason.REQUESTED) {
      missing.add("a clean end (it ended " + ended.getReason() + ")");
    }
    boolean hungUp =
        ended.getHangUp() == ConversationEnded.HangUp.HUNG_UP
            || ended.getHangUp() == ConversationEnded.HangUp.ALREADY_GONE;
    if (!hungUp) {
      missing.add("the provider's word that the call is hung up (" + ended.getHangUp() + ")");
    }
  }

  boolean isGood() {
    return missing.isEmpty();
  }
}
