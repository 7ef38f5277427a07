package dev.sideband.server.session;

import static dev.sideband.server.session.Gaps.KNOWN;
import static dev.sideband.server.session.Gaps.MARKER;
import static dev.sideband.server.session.Gaps.lostAndRejoined;
import static dev.sideband.server.session.Gaps.marked;
import static dev.sideband.server.session.Gaps.refused;
import static dev.sideband.server.session.Gaps.restarted;
import static dev.sideband.server.session.Gaps.retrieved;
import static dev.sideband.server.session.Gaps.said;
import static dev.sideband.server.session.Gaps.talking;
import static dev.sideband.server.session.Gaps.told;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.GAP_REPAIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_REJECTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.DeleteItem;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.GapRepaired.Outcome;
import dev.sideband.v1.Input;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.Limits;
import dev.sideband.v1.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repair that the provider does not go along with, or that is cut off. */
@Timeout(30)
class GapRepairFailuresTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SessionWorld world = new SessionWorld().probing();

  private static GapRepaired repaired(Live live) {
    return live.only(GAP_REPAIRED).getGapRepaired();
  }

  @Test
  void shouldSayWhyTheMarkerWasRefusedAndBlameNobody() {
    Live live = talking(world);
    String doubted = live.sends(text("one")).getInputId();
    Live again = lostAndRejoined(live);
    refused(again, ErrorCode.PROVIDER_ERROR, MARKER, doubted);

    assertThat(repaired(again))
        .isEqualTo(
            GapRepaired.newBuilder()
                .setOutcome(Outcome.REFUSED)
                .setItemsUnknown(true)
                .setProviderCode("no")
                .setMessage("No.")
                .build());
    assertThat(again.story()).doesNotContain(ERROR_OCCURRED, INPUT_REJECTED);
    world.advance(TIMEOUT);
    assertThat(repaired(again).getOutcome()).as("told once").isEqualTo(Outcome.REFUSED);
    again.hears("conversation.item.added", Fates.added(doubted));
    assertThat(again.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId())
        .isEqualTo(doubted);
  }

  @ParameterizedTest
  @ValueSource(strings = {MARKER + "-get", ""})
  void shouldSayThatTheLastItemIsUnknownWhenItCannotBeLookedUp(String echoed) {
    Live again = lostAndRejoined(talking(world));
    marked(again, MARKER, "item_2");
    refused(again, ErrorCode.ITEM_UNKNOWN, echoed, "item_2");
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TAIL_UNKNOWN);
    assertThat(repaired(again).getTailItemId()).isEqualTo("item_2");
    assertThat(repaired(again).getItemsUnknown()).isTrue();
    assertThat(again.story()).doesNotContain(ERROR_OCCURRED);
  }

  @Test
  void shouldWaitNoLongerThanForTheSession() {
    Live again = lostAndRejoined(talking(world));
    world.advance(TIMEOUT.minusMillis(1));
    assertThat(again.story()).doesNotContain(GAP_REPAIRED);
    world.advance(Duration.ofMillis(1));
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TIMED_OUT);

    marked(again, MARKER, "item_2");
    assertThat(told(again)).last().as("late").isEqualTo(new DeleteItem(MARKER + "-off", MARKER));
    assertThat(repaired(again).getTailItemId()).isEmpty();
  }

  @Test
  void shouldTakeALateItemForWhatItIs() {
    Live again = lostAndRejoined(talking(world));
    marked(again, MARKER, "item_2");
    world.advance(TIMEOUT);
    retrieved(again, said("item_2", "as I said"), "");
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(repaired(again).getTailItemId()).isEqualTo("item_2");
  }

  @Test
  void shouldEndWhenTheErrorAboutTheMarkerIsFinal() {
    Live again = lostAndRejoined(talking(world));
    again
        .sideband()
        .emitError(
            ErrorOccurred.newBuilder()
                .setSeverity(Severity.PAST_LIMIT)
                .setCode(ErrorCode.SESSION_EXPIRED)
                .build(),
            MARKER,
            "");
    world.settle();
    assertThat(again.story()).contains(ERROR_OCCURRED).doesNotContain(GAP_REPAIRED);
    assertThat(world.last(again.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBeginAnewWhenLostInBetween(boolean restart) {
    Live second = lostAndRejoined(talking(world));
    Live third = restart ? restarted(second) : lostAndRejoined(second);
    assertThat(told(third).get(0)).isEqualTo(new DeleteItem(MARKER + "-off", MARKER));
    assertThat(((CreateItem) told(third).get(1)).item().getId()).isEqualTo("probe-1-3");

    refused(third, ErrorCode.ITEM_UNKNOWN, restart ? MARKER + "-off" : "", MARKER);
    marked(third, "probe-1-3", KNOWN.getId());
    assertThat(third.story()).doesNotContain(ERROR_OCCURRED);
    assertThat(repaired(third).getOutcome()).isEqualTo(Outcome.NOTHING_MISSED);
    third.hears("conversation.item.deleted", Fates.deleted("probe-1-3"));
    assertThat(told(lostAndRejoined(third))).hasSize(1);
  }

  @Test
  void shouldTakeAwayAMarkerWhoseDeletionWasNotHeard() {
    Live second = lostAndRejoined(talking(world));
    marked(second, MARKER, KNOWN.getId());
    Live third = restarted(second);
    assertThat(told(third).get(0)).isEqualTo(new DeleteItem(MARKER + "-off", MARKER));
  }

  @Test
  void shouldTakeAwayWhatAnAttemptMayHaveLeftThatTheLogDoesNotKnowOf() {
    Live live = talking(world);
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    world.provider.nextSideband().close(); // It may have been open, and the process died.
    world.restart();
    assertThat(told(live.rejoined()).get(0)).isEqualTo(new DeleteItem(MARKER + "-off", MARKER));
  }

  @Test
  void shouldAnnounceNothingWhenSwitchedOff() {
    SessionWorld quiet = new SessionWorld();
    Live again = lostAndRejoined(talking(quiet));
    assertThat(told(again)).isEmpty();
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getWillRepair()).isFalse();
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getItemsUnknown()).isTrue();
    assertThat(told(lostAndRejoined(again))).isEmpty();
    quiet.advance(TIMEOUT);
    assertThat(again.story()).doesNotContain(GAP_REPAIRED);
  }

  @Test
  void shouldCountForNothingInTheConversation() {
    Limits limits = Limits.newBuilder().setIdleTimeout(Durations.fromSeconds(30)).build();
    Live live = talking(world, SessionWorld.webRtc().toBuilder().setLimits(limits).build());
    Input deletion =
        Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId(KNOWN.getId())).build();
    live.sends(deletion);
    world.advance(Duration.ofSeconds(20));
    Live again = lostAndRejoined(live);
    marked(again, MARKER, KNOWN.getId());
    again.hears("conversation.item.deleted", Fates.deleted(MARKER));

    assertThat(again.story()).doesNotContain(INPUT_ACKNOWLEDGED);
    assertThat(world.state(live.id()).getTranscriptList()).isEmpty();
    world.advance(Duration.ofSeconds(9));
    assertThat(again.story()).endsWith(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.IDLE);
  }

  @Test
  void shouldLookForNothingInAConversationThatEnds() {
    Live again = lostAndRejoined(talking(world));
    assertThat(world.stop(again.id())).isCompleted();
    world.advance(TIMEOUT);
    assertThat(again.story()).endsWith(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(List.copyOf(again.story())).doesNotContain(GAP_REPAIRED);
  }
}
