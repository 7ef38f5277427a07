package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.sideband.cli.terminal.EventLine.Tone;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.GapRepaired.Outcome;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandRejoined;
import dev.sideband.v1.ToolCallRequested;
import org.junit.jupiter.api.Test;

/** What somebody who watches reads of a sideband that was lost and came back. */
final class EventLineTest {
  private static EventLine repaired(GapRepaired.Builder repaired) {
    return EventLine.of(RealtimeEvent.newBuilder().setGapRepaired(repaired).build());
  }

  @Test
  void shouldSayForHowLongNothingWasHeard() {
    SidebandRejoined.Builder rejoined =
        SidebandRejoined.newBuilder()
            .setLostAt(Timestamp.newBuilder().setSeconds(100))
            .setRejoinedAt(Timestamp.newBuilder().setSeconds(102).setNanos(500_000_000));
    assertThat(EventLine.of(RealtimeEvent.newBuilder().setSidebandRejoined(rejoined).build()))
        .isEqualTo(new EventLine(Tone.MILESTONE, "sideband rejoined", "after 2.5 s"));
  }

  @Test
  void shouldSayWhatWasFound() {
    assertThat(repaired(GapRepaired.newBuilder().setOutcome(Outcome.NOTHING_MISSED)))
        .isEqualTo(new EventLine(Tone.MILESTONE, "gap repaired", "nothing was missed"));
    assertThat(
            repaired(
                GapRepaired.newBuilder()
                    .setOutcome(Outcome.TAIL_RECOVERED)
                    .addRecoveredItemIds("item_2")
                    .setItemsUnknown(true)))
        .isEqualTo(
            new EventLine(Tone.WARNING, "gap repaired", "recovered item_2, more may be missing"));
    assertThat(
            repaired(
                GapRepaired.newBuilder()
                    .setOutcome(Outcome.REFUSED)
                    .setItemsUnknown(true)
                    .setMessage("No\nmarkers.")))
        .isEqualTo(
            new EventLine(
                Tone.WARNING,
                "gap repaired",
                "the provider refused the marker, more may be missing, No markers."));
  }

  @Test
  void shouldHaveWordsForEveryOutcome() {
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.UNRECOGNIZED && outcome != Outcome.OUTCOME_UNSPECIFIED) {
        assertThat(repaired(GapRepaired.newBuilder().setOutcome(outcome)).detail()).isNotEmpty();
      }
    }
  }

  private static EventLine retired(HangUp outcome) {
    return EventLine.of(
        RealtimeEvent.newBuilder()
            .setCallRetired(CallRetired.newBuilder().setCall(2).setHangUp(outcome))
            .build());
  }

  @Test
  void shouldSayThatAHangUpIsTriedAgain() {
    assertThat(retired(HangUp.NOT_CONFIRMED))
        .isEqualTo(
            new EventLine(
                Tone.WARNING,
                "not hung up",
                "call 2, not confirmed yet, tried again while it may last"));
    assertThat(retired(HangUp.HUNG_UP))
        .isEqualTo(new EventLine(Tone.MILESTONE, "call retired", "call 2, hung up"));
  }

  @Test
  void shouldSayThatACallIsRecovered() {
    assertThat(
            EventLine.of(
                    RealtimeEvent.newBuilder()
                        .setToolCallRequested(
                            ToolCallRequested.newBuilder()
                                .setName("weather")
                                .setArguments("{}")
                                .setRecovered(true))
                        .build())
                .detail())
        .isEqualTo("weather {} (recovered)");
    assertThat(
            EventLine.of(
                    RealtimeEvent.newBuilder()
                        .setHandoffRequested(HandoffRequested.newBuilder().setInput("look it up"))
                        .build())
                .detail())
        .isEqualTo("“look it up”");
  }
}
