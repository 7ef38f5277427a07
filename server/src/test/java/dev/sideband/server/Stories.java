package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.util.List;
import java.util.stream.LongStream;

/** What every conversation's events must be like. */
final class Stories {
  private Stories() {}

  static List<PayloadCase> kinds(List<RealtimeEvent> story) {
    return story.stream().map(RealtimeEvent::getPayloadCase).toList();
  }

  static List<Long> sequences(List<RealtimeEvent> story) {
    return story.stream().map(RealtimeEvent::getSequence).toList();
  }

  /** Sequences 1 to n, times that never go back. */
  static void requireGapless(List<RealtimeEvent> story) {
    assertThat(sequences(story))
        .isEqualTo(LongStream.rangeClosed(1, story.size()).boxed().toList());
    assertThat(story)
        .isSortedAccordingTo((one, other) -> Timestamps.compare(one.getTime(), other.getTime()));
  }

  /** Both ending events, last, with one reason; and what became of the call. */
  static ConversationEnded.HangUp requireEnded(List<RealtimeEvent> story, EndReason reason) {
    requireGapless(story);
    assertThat(kinds(story))
        .endsWith(PayloadCase.CONVERSATION_ENDED)
        .containsOnlyOnce(PayloadCase.CONVERSATION_ENDING)
        .containsOnlyOnce(PayloadCase.CONVERSATION_ENDED);
    RealtimeEvent ending =
        story.stream().filter(RealtimeEvent::hasConversationEnding).findFirst().orElseThrow();
    ConversationEnded ended = story.get(story.size() - 1).getConversationEnded();
    assertThat(ending.getConversationEnding().getReason()).isEqualTo(reason);
    assertThat(ended.getReason()).isEqualTo(reason);
    return ended.getHangUp();
  }
}
