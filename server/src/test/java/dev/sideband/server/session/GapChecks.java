package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.GapRepaired.Outcome;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What must hold of the repair of gaps, in whichever history. */
final class GapChecks {
  private GapChecks() {}

  private static Map<String, Long> toolCalls(List<RealtimeEvent> events) {
    return events.stream()
        .filter(RealtimeEvent::hasToolCallRequested)
        .map(event -> event.getToolCallRequested().getItemId())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** A function call is offered once, recovered or not; a repair is told after its rejoin. */
  static void checkAlways(List<RealtimeEvent> events) {
    assertThat(toolCalls(events).values()).as("offers of one call").allMatch(count -> count == 1);
    boolean due = false;
    for (RealtimeEvent event : events) {
      if (event.hasGapRepaired()) {
        assertThat(due).as("a repair that was announced").isTrue();
      }
      due = event.hasSidebandRejoined() || (due && !event.hasGapRepaired());
    }
  }

  /** Nothing fails any more, and all that there was to say is said. */
  static void checkRecovered(List<RealtimeEvent> events, SequencedItems atProvider) {
    assertThat(atProvider.ids()).as("no marker is left").noneMatch(Marker::isOne);
    List<PayloadCase> story = events.stream().map(RealtimeEvent::getPayloadCase).toList();
    int rejoined = story.lastIndexOf(PayloadCase.SIDEBAND_REJOINED);
    if (rejoined <= story.lastIndexOf(PayloadCase.CALL_RENEWED)) {
      return; // There was none, or it was in another call.
    }
    int repaired = story.lastIndexOf(PayloadCase.GAP_REPAIRED);
    assertThat(repaired).as("the last rejoin is followed by its repair").isGreaterThan(rejoined);
    GapRepaired told = events.get(repaired).getGapRepaired();
    if (told.getOutcome() == Outcome.TIMED_OUT) {
      return; // The history was slow.
    }
    if (told.getOutcome() == Outcome.TAIL_UNKNOWN) {
      // Something came behind a marker that was left, before that could be taken away.
      assertThat(told.getTailItemId()).matches(Marker::isOne);
    } else {
      assertThat(told.getOutcome())
          .isIn(Outcome.NOTHING_MISSED, Outcome.TAIL_RECOVERED, Outcome.TAIL_IS_INPUT);
    }
    atProvider
        .last()
        .filter(last -> last.hasFunctionCall() && !SeedBook.isSeed(last.getId()))
        .ifPresent(last -> assertThat(toolCalls(events)).containsKey(last.getId()));
  }
}
