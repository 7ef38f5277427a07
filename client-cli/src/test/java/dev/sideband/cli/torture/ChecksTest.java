package dev.sideband.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.server.LoopbackControl.Statement;
import dev.sideband.cli.torture.Evidence.Comeback;
import dev.sideband.cli.torture.Evidence.Frames;
import dev.sideband.cli.torture.Evidence.Seen;
import dev.sideband.cli.torture.Evidence.Told;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A check that cannot fail is worth nothing: each is shown the loss that it is there for. */
@Timeout(20)
final class ChecksTest {
  private final Story story = Story.whole();

  private void requireOneLoss(String words) {
    assertThat(story.losses()).singleElement().asString().contains(words);
  }

  @Test
  void shouldFindNothingWhenAllWentWell() {
    assertThat(story.losses()).isEmpty();
    assertThat(Checks.of(story.evidence())).allMatch(verdict -> verdict.checked() > 0);
  }

  @Test
  void shouldFindAnAcknowledgedInputThatIsNotInTheLog() {
    story.told.add(new Told(Story.CONVERSATION, "m9", "9".repeat(32), 4));
    requireOneLoss("acknowledged, and not in the log at sequence 4");
  }

  @Test
  void shouldFindAnInputThatStandsElsewhereThanItWasSaidTo() {
    Told first = story.told.get(0);
    story.told.set(
        0, new Told(first.conversationId(), first.marker(), first.inputId(), first.sequence() + 1));
    requireOneLoss("acknowledged, and not in the log at sequence 3");
  }

  @Test
  void shouldFindAnInputThatIsInTheLogTwiceUnderTwoIds() {
    RealtimeEvent accepted = story.log.get(1);
    story.log(
        event ->
            event.setInputAccepted(
                accepted.getInputAccepted().toBuilder().setInputId("e".repeat(32))));
    story.state("conversation.item.create", "", "e".repeat(32));
    assertThat(story.losses()).anyMatch(loss -> loss.startsWith("in the log 2 times: TEXT"));
  }

  @Test
  void shouldAskNothingOfAnInputThatWasNeverAcknowledged() {
    story.told.add(new Told(Story.CONVERSATION, "m9", "", 0));
    assertThat(story.losses()).isEmpty();
  }

  @Test
  void shouldFindAnItemThatNeverReachedTheProvider() {
    story.statements.removeIf(each -> each.itemId().equals(Story.TEXT));
    requireOneLoss("never reached the provider: TEXT");
  }

  @Test
  void shouldFindAnItemThatNeverReachedTheProviderWhenNobodyAskedForTheEnd() {
    story.statements.removeIf(each -> each.itemId().equals(Story.TEXT));
    story.forgetFate(Story.TEXT);
    story.endOtherwise(EndReason.SIDEBAND_FAILED, HangUp.HUNG_UP);
    story.views.clear();
    assertThat(story.losses())
        .anyMatch(loss -> loss.startsWith("never reached the provider: TEXT"))
        .anyMatch(loss -> loss.endsWith("ended by itself: SIDEBAND_FAILED"));
  }

  @Test
  void shouldExcuseAnItemThatItsOwnUserCutOff() {
    story.statements.removeIf(each -> each.itemId().equals(Story.TEXT));
    story.forgetFate(Story.TEXT);
    story.views.clear();
    assertThat(story.losses()).isEmpty();
  }

  @Test
  void shouldFindAnItemThatReachedTheProviderTwice() {
    story.state("conversation.item.create", Story.TEXT, Story.TEXT);
    requireOneLoss("reached the provider 2 times: TEXT");
  }

  @Test
  void shouldCountOnlyWhatTheProviderDid() {
    story.statements.add(
        new Statement(
            "rtc_1",
            "conversation.item.create",
            Story.TEXT,
            Story.TEXT,
            "item_create_duplicate_item_id"));
    assertThat(story.losses()).isEmpty();
  }

  @Test
  void shouldFindAResponseThatWasAskedForTwice() {
    story.state("response.create", Story.RESPONSE, "");
    requireOneLoss("done by the provider 2 times: RESPONSE_CREATE");
  }

  @Test
  void shouldFindASessionUpdateThatReachedTheProviderTwiceOverOneSideband() {
    story.state("session.update", Story.UPDATE, "");
    requireOneLoss("done by the provider 2 times: SESSION_UPDATE");
  }

  @Test
  void shouldAllowASessionUpdateAgainAfterALoss() {
    story.loseSidebandBefore(Story.UPDATE);
    story.state("session.update", Story.UPDATE, "");
    story.views.clear();
    assertThat(story.losses()).isEmpty();
    story.state("session.update", Story.UPDATE, "");
    requireOneLoss("done by the provider 3 times: SESSION_UPDATE");
  }

  @Test
  void shouldFindWhatVerifyFinds() {
    story.folder = new Evidence.Folder(11, List.of("conversation 0199a3b2: no event 4"));
    requireOneLoss("no event 4");
  }

  @Test
  void shouldFindAnEventThatIsStoredAndCannotBeRead() {
    story.folder = new Evidence.Folder(12, List.of());
    requireOneLoss("12 events are stored, and 11 were read");
  }

  @Test
  void shouldFindADeleteThatWasAcknowledgedAndNeverSent() {
    story.statements.removeIf(each -> each.eventId().equals(Story.DELETE));
    requireOneLoss("acknowledged, and never reached the provider: ITEM_DELETE");
  }

  @Test
  void shouldFindWhatWasSentBeforeItWasDurable() {
    story.state("conversation.item.create", "f".repeat(32), "f".repeat(32));
    requireOneLoss("the log does not know this conversation.item.create: ffffffff");
  }

  @Test
  void shouldFindThatTheWitnessWasFull() {
    story.missed = 3;
    requireOneLoss("no room for 3 more");
  }

  @Test
  void shouldFindAGapInTheLog() {
    story.views.clear();
    story.log.remove(story.log.size() - 3);
    assertThat(story.losses()).anyMatch(loss -> loss.endsWith("sequence 10 came instead of 9"));
  }

  @Test
  void shouldFindAGapARepeatAndAWrongOrderInWhatASubscriberSaw() {
    story.see("gap", 11);
    story.views.get(1).seen().remove(4);
    story.see("repeat", 11);
    story.views.get(2).seen().add(5, story.views.get(2).seen().get(4));
    story.see("order", 11);
    Collections.swap(story.views.get(3).seen(), 2, 3);
    assertThat(story.losses())
        .hasSize(3)
        .anyMatch(loss -> loss.contains("subscriber gap") && loss.contains("6 came instead of 5"))
        .anyMatch(loss -> loss.contains("repeat") && loss.contains("5 came instead of 6"))
        .anyMatch(loss -> loss.contains("order") && loss.contains("4 came instead of 3"));
  }

  @Test
  void shouldFindASubscriberThatNeverSawTheEnd() {
    story.see("short", 5);
    requireOneLoss("subscriber short of conversation 0199a3b2: came to 5 of 11");
  }

  @Test
  void shouldFindWhatWasSeenAndIsNotInTheLog() {
    story.see("ahead", 11);
    story.views.get(1).seen().add(new Seen(12, 42));
    requireOneLoss("saw 12, which the log does not have");
  }

  @Test
  void shouldFindAnotherEventInThePlaceOfOneThatWasSeen() {
    story.views.get(0).seen().set(3, new Seen(4, 42));
    requireOneLoss("the log has another event at 4");
  }

  @Test
  void shouldFindAConversationThatIsGone() {
    story.log.clear();
    story.views.clear();
    story.told.clear();
    story.statements.clear();
    requireOneLoss("was started, and is not in the log");
  }

  @Test
  void shouldFindAConversationThatEndedTwiceOrNever() {
    story.log.add(story.log.get(story.log.size() - 1));
    assertThat(story.losses()).anyMatch(loss -> loss.contains("ended 2 times"));
    story.log.subList(9, story.log.size()).clear();
    assertThat(story.losses()).anyMatch(loss -> loss.contains("ended 0 times"));
  }

  @Test
  void shouldFindAConversationThatEndedByItself() {
    story.endOtherwise(EndReason.CALL_IS_GONE, HangUp.ALREADY_GONE);
    story.views.clear();
    requireOneLoss("ended by itself: CALL_IS_GONE");
  }

  @Test
  void shouldExcuseAStartThatWasCutOffAndItsCall() {
    story.endOtherwise(EndReason.START_INTERRUPTED, HangUp.CALL_UNKNOWN);
    story.views.clear();
    story.held.clear();
    story.calls.add(new Call("rtc_2", "none", "live", 0, 0, 0));
    assertThat(story.losses()).isEmpty();
    story.held.add(Story.CONVERSATION);
    requireOneLoss("ended by itself: START_INTERRUPTED");
  }

  @Test
  void shouldFindACallThatIsLeft() {
    story.calls.add(new Call("rtc_2", "none", "live", 1, 2, 0));
    requireOneLoss("a call of 2 joins is still live");
    story.calls.set(1, new Call("rtc_2", "none", "live", 0, 0, 0));
    requireOneLoss("a call of 0 joins is still live");
  }

  @Test
  void shouldFindASidebandThatDidNotComeBack() {
    story.comebacks.add(new Comeback(2, -1, 4));
    requireOneLoss("4 live calls had no sideband again after kill 2");
  }

  @Test
  void shouldFindAMediaLegThatWentSilent() {
    story.frames.add(new Frames("leg 2", 3, 500, 500));
    requireOneLoss("leg 2: no frame came through kill 3 (after 500)");
  }
}
