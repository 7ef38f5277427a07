package dev.sideband.server.session;

import static dev.sideband.server.session.Gaps.KNOWN;
import static dev.sideband.server.session.Gaps.MARKER;
import static dev.sideband.server.session.Gaps.called;
import static dev.sideband.server.session.Gaps.lostAndRejoined;
import static dev.sideband.server.session.Gaps.marked;
import static dev.sideband.server.session.Gaps.restarted;
import static dev.sideband.server.session.Gaps.retrieved;
import static dev.sideband.server.session.Gaps.said;
import static dev.sideband.server.session.Gaps.talking;
import static dev.sideband.server.session.Gaps.told;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.SessionWorld.withHandoffs;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.GAP_REPAIRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ITEM_ADDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ITEM_COMPLETED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ITEM_RETRIEVED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TRANSCRIPT_COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.DeleteItem;
import dev.sideband.server.provider.ProviderCommand.RetrieveItem;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.GapRepaired.Outcome;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.ToolOutput;
import dev.sideband.v1.TranscriptSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found at the end of the conversation when a lost sideband is back. */
@Timeout(30)
class GapRepairTest {
  private final SessionWorld world = new SessionWorld().probing();

  private static GapRepaired repaired(Live live) {
    return live.only(GAP_REPAIRED).getGapRepaired();
  }

  @Test
  void shouldPutAMarkerBehindAllItemsBeforeAnythingElse() {
    Live live = talking(world);
    String doubted = live.sends(text("one")).getInputId();
    Live again = lostAndRejoined(live);

    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getWillRepair()).isTrue();
    CreateItem marker = (CreateItem) told(again).get(0);
    assertThat(marker.item().getId()).isEqualTo(MARKER);
    assertThat(marker.previousItemId()).as("behind all others").isEmpty();
    assertThat(marker.item().getMessage().getRole()).isEqualTo(Role.SYSTEM);
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(doubted);
    assertThat(told(again)).hasSize(2);
  }

  @Test
  void shouldNotProbeACallThatIsJoinedForTheFirstTime() {
    assertThat(talking(world).sideband().commands()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSayThatNothingWasMissedWhenTheLastItemIsKnown(boolean restart) {
    Live live = talking(world);
    Live again = restart ? restarted(live) : lostAndRejoined(live);
    marked(again, MARKER, KNOWN.getId());

    assertThat(told(again)).element(1).isEqualTo(new DeleteItem(MARKER + "-off", MARKER));
    assertThat(told(again)).hasSize(2);
    assertThat(repaired(again))
        .isEqualTo(
            GapRepaired.newBuilder()
                .setOutcome(Outcome.NOTHING_MISSED)
                .setTailItemId(KNOWN.getId())
                .build());
    assertThat(again.only(GAP_REPAIRED).getAttachment()).isEqualTo(2);
    assertThat(again.story()).endsWith(SIDEBAND_REJOINED, ITEM_ADDED, GAP_REPAIRED, ITEM_COMPLETED);
  }

  @Test
  void shouldSayThatNothingWasMissedWhenNothingIsThere() {
    Live again = lostAndRejoined(world.live());
    marked(again, MARKER, "");
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.NOTHING_MISSED);
    assertThat(repaired(again).getItemsUnknown()).isFalse();
  }

  @Test
  void shouldNotBelieveThatNothingIsThereWhenSomethingWas() {
    Live again = lostAndRejoined(talking(world));
    marked(again, MARKER, "");
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TAIL_UNKNOWN);
    assertThat(repaired(again).getItemsUnknown()).isTrue();
  }

  @Test
  void shouldLookUpTheLastItemWhenItIsNew() {
    Live again = lostAndRejoined(talking(world));
    marked(again, MARKER, "item_2");
    assertThat(told(again).get(2)).isEqualTo(new RetrieveItem(MARKER + "-get", "item_2"));
    assertThat(again.story()).doesNotContain(GAP_REPAIRED);

    retrieved(again, said("item_2", "as I said"), "");
    assertThat(repaired(again))
        .isEqualTo(
            GapRepaired.newBuilder()
                .setOutcome(Outcome.TAIL_RECOVERED)
                .setTailItemId("item_2")
                .setItemsUnknown(true)
                .addRecoveredItemIds("item_2")
                .build());
    assertThat(again.story()).endsWith(ITEM_RETRIEVED, GAP_REPAIRED, TRANSCRIPT_COMPLETED);
    var words = again.only(TRANSCRIPT_COMPLETED).getTranscriptCompleted();
    assertThat(words.getText()).isEqualTo("as I said");
    assertThat(words.getSource()).isEqualTo(TranscriptSource.OUTPUT_TRANSCRIPT);
    assertThat(world.state(again.id()).getTranscriptList()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldOfferAFunctionCallThatNobodyHeard(boolean restart) {
    Live live = talking(world);
    Live again = restart ? restarted(live) : lostAndRejoined(live);
    Item call = called("call_1", "weather", "completed");
    marked(again, MARKER, call.getId());
    retrieved(again, call, "look it up");

    assertThat(again.story()).endsWith(ITEM_RETRIEVED, GAP_REPAIRED, TOOL_CALL_REQUESTED);
    assertThat(again.only(TOOL_CALL_REQUESTED).getToolCallRequested())
        .isEqualTo(Fates.toolCalled(call, true).build().getToolCallRequested());
    assertThat(again.only(TOOL_CALL_REQUESTED).getAttachment()).isEqualTo(2);
    again.sends(output("call_1"));
    assertThat(Fates.itemsSent(again.sideband())).hasSize(1);
    assertThat(world.state(live.id()).getOpenToolCallsList()).isEmpty();
  }

  @Test
  void shouldHandOverWhatTheModelHandedOverUnheard() {
    Live again = lostAndRejoined(talking(world, webRtc(withHandoffs())));
    Item call = called("call_1", "background_agent", "completed");
    marked(again, MARKER, call.getId());
    retrieved(again, call, "look it up");

    var handoff = again.only(HANDOFF_REQUESTED).getHandoffRequested();
    assertThat(handoff.getHandoffId()).isEqualTo("call_1");
    assertThat(handoff.getInput()).isEqualTo("look it up");
    assertThat(handoff.getRecovered()).isTrue();
    assertThat(again.story()).doesNotContain(TOOL_CALL_REQUESTED);
  }

  @Test
  void shouldFollowBackWhatWasHeardSinceTheRejoin() {
    Live again = lostAndRejoined(talking(world));
    Item heard = said("item_3", "and now");
    again.hears("conversation.item.added", Fates.added(heard, "item_2"));
    marked(again, MARKER, "item_3");

    assertThat(told(again)).last().isEqualTo(new RetrieveItem(MARKER + "-get", "item_2"));
    retrieved(again, said("item_2", "as I said"), "");
    assertThat(repaired(again).getTailItemId()).isEqualTo("item_2");
  }

  @Test
  void shouldLookUpAKnownItemWhoseEndWasMissed() {
    Live live = talking(world);
    Item begun = called("call_1", "weather", "in_progress");
    live.hears("conversation.item.added", Fates.added(begun, KNOWN.getId()));
    Live again = lostAndRejoined(live);
    marked(again, MARKER, begun.getId());
    retrieved(again, called("call_1", "weather", "completed"), "");

    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TAIL_RECOVERED);
    assertThat(repaired(again).getItemsUnknown()).as("it had been told of").isFalse();
    assertThat(again.only(TOOL_CALL_REQUESTED).getToolCallRequested().getRecovered()).isTrue();
  }

  @Test
  void shouldLeaveAloneAFunctionCallWhoseEndIsStillToCome() {
    Live again = lostAndRejoined(talking(world));
    Item begun = called("call_1", "weather", "in_progress");
    marked(again, MARKER, begun.getId());
    retrieved(again, begun, "");
    assertThat(again.story()).endsWith(ITEM_RETRIEVED, GAP_REPAIRED);

    Item done = called("call_1", "weather", "completed");
    again.hears("conversation.item.done", Fates.completed(done), Fates.toolCalled(done, false));
    assertThat(again.only(TOOL_CALL_REQUESTED).getToolCallRequested().getRecovered()).isFalse();
  }

  @Test
  void shouldNotOfferTwiceWhatIsHeardWhileItIsLookedUp() {
    Live again = lostAndRejoined(talking(world));
    Item done = called("call_1", "weather", "completed");
    marked(again, MARKER, done.getId());
    again.hears("conversation.item.done", Fates.completed(done), Fates.toolCalled(done, false));
    again.sends(output("call_1"));
    retrieved(again, done, "");
    assertThat(again.only(TOOL_CALL_REQUESTED).getToolCallRequested().getRecovered()).isFalse();
  }

  @Test
  void shouldLeaveAloneAFunctionCallThatIsOpen() {
    Live live = talking(world);
    Item call = called("call_1", "weather", "completed");
    live.hears("conversation.item.added", Fates.added(call, KNOWN.getId()));
    live.hears("conversation.item.done", Fates.completed(call), Fates.toolCalled(call, false));
    Live again = lostAndRejoined(live);
    marked(again, MARKER, call.getId());
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.NOTHING_MISSED);
    assertThat(told(again)).noneMatch(RetrieveItem.class::isInstance);
    assertThat(again.only(TOOL_CALL_REQUESTED).getToolCallRequested().getRecovered()).isFalse();
  }

  @Test
  void shouldSayThatAnInputInDoubtHadArrived() {
    Live live = talking(world);
    String id = live.sends(text("one")).getInputId();
    Live again = lostAndRejoined(live);
    marked(again, MARKER, id);
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.TAIL_IS_INPUT);
    assertThat(repaired(again).getItemsUnknown()).as("what came before it").isTrue();
    assertThat(told(again)).noneMatch(RetrieveItem.class::isInstance);
  }

  @Test
  void shouldNotLookUpAnItemOfOursWhoseEndWasMissed() {
    Live live = talking(world);
    String id = live.sends(text("one")).getInputId();
    live.hears("conversation.item.added", Fates.added(id));
    Live again = lostAndRejoined(live);
    marked(again, MARKER, id);
    assertThat(repaired(again).getOutcome()).isEqualTo(Outcome.NOTHING_MISSED);
    assertThat(repaired(again).getItemsUnknown()).isFalse();
  }

  @Test
  void shouldKnowInTheNextGapWhatWasFoundInThisOne() {
    Live again = lostAndRejoined(talking(world));
    marked(again, MARKER, "item_2");
    retrieved(again, said("item_2", "as I said"), "");
    again.hears("conversation.item.deleted", Fates.deleted(MARKER));
    Live third = lostAndRejoined(again);
    assertThat(told(third)).as("no marker is left").noneMatch(DeleteItem.class::isInstance);
    marked(third, "probe-1-3", "item_2");
    assertThat(world.last(third.id()).hasItemCompleted()).isTrue();
    assertThat(world.events(third.id()).stream().filter(RealtimeEvent::hasGapRepaired))
        .extracting(event -> event.getGapRepaired().getOutcome())
        .containsExactly(Outcome.TAIL_RECOVERED, Outcome.NOTHING_MISSED);
  }

  private static Input output(String toolCallId) {
    return Input.newBuilder()
        .setToolOutput(ToolOutput.newBuilder().setToolCallId(toolCallId).setOutput("sunny"))
        .build();
  }

  /** What the tests above take for granted: every id is one that a provider takes. */
  @Test
  void shouldUseShortIds() {
    String longest = Marker.id(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(longest).hasSizeLessThanOrEqualTo(32);
    for (ProviderCommand command :
        new ProviderCommand[] {Marker.retrieval(longest, "x"), Marker.deletion(longest)}) {
      String eventId =
          command instanceof RetrieveItem retrieve
              ? retrieve.eventId()
              : ((DeleteItem) command).eventId();
      assertThat(eventId).hasSizeLessThanOrEqualTo(32);
    }
  }
}
