package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.MAX_PENDING;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.milestone;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CLIENT_MILESTONE_REACHED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.Milestone;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StopResponse;
import dev.sideband.v1.ToolOutput;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of a Send or a Stop that comes again under its request_id. */
class RepeatedRequestTest {
  private final SessionWorld world = new SessionWorld();
  private final String requestId = UUID.randomUUID().toString();

  @Test
  void shouldGiveAnEqualRepeatTheFirstReply() {
    Live live = world.live();
    var first = get(world.send(ALICE, live.id(), requestId, text("once")));
    var second = get(world.send(ALICE, live.id(), requestId, text("once")));
    assertThat(second).isEqualTo(first);
    assertThat(live.sideband().commands()).hasSize(2);
    assertThat(refusal(world.send(ALICE, live.id(), requestId, text("twice"))))
        .isEqualTo(ErrorCode.REQUEST_ID_REUSED);
  }

  @Test
  void shouldTakeAMilestoneThatIsRepeatedOnce() {
    Live live = world.live();
    var first = get(world.send(ALICE, live.id(), requestId, milestone("permission")));
    var second = get(world.send(ALICE, live.id(), requestId, milestone("permission")));
    assertThat(second).isEqualTo(first);
    assertThat(live.only(CLIENT_MILESTONE_REACHED).getSequence()).isEqualTo(first.getSequence());
    assertThat(refusal(world.send(ALICE, live.id(), requestId, milestone("offer"))))
        .isEqualTo(ErrorCode.REQUEST_ID_REUSED);
    assertThat(refusal(world.send(ALICE, live.id(), requestId, text("hello"))))
        .isEqualTo(ErrorCode.REQUEST_ID_REUSED);

    world.restart();

    assertThat(get(world.send(ALICE, live.id(), requestId, milestone("permission"))))
        .isEqualTo(first);
    live.only(CLIENT_MILESTONE_REACHED);
  }

  @Test
  void shouldBoundTheMilestonesOfAConversation() {
    Live live = world.live();
    var first = get(world.send(ALICE, live.id(), requestId, milestone("permission")));
    for (int i = 1; i < Inbox.MAX_CLIENT_MILESTONES; i++) {
      live.sends(milestone("step_" + i));
    }
    assertThat(refusal(world.send(live.id(), milestone("one_more"))))
        .isEqualTo(ErrorCode.MILESTONES_FULL);
    assertThat(get(world.send(ALICE, live.id(), requestId, milestone("permission"))))
        .as("a repeat adds nothing")
        .isEqualTo(first);
    assertThat(world.state(live.id()).getMilestonesList())
        .filteredOn(Milestone::getByClient)
        .hasSize(Inbox.MAX_CLIENT_MILESTONES);
  }

  @Test
  void shouldJudgeARefusedInputAnewWhenItComesAgain() {
    Live live = world.calling();
    for (int i = 0; i < MAX_PENDING; i++) {
      live.sends(text("waits"));
    }
    assertThat(refusal(world.send(ALICE, live.id(), requestId, text("later"))))
        .isEqualTo(ErrorCode.INBOX_FULL);
    assertThat(refusal(world.send(ALICE, live.id(), requestId, text("later"))))
        .isEqualTo(ErrorCode.INBOX_FULL);

    live.sideband().open();
    world.settle();
    acknowledgeOne(live);

    var accepted = get(world.send(ALICE, live.id(), requestId, text("later")));
    InputAccepted event =
        world.events(live.id()).get((int) accepted.getSequence() - 1).getInputAccepted();
    assertThat(event.getInput().getText().getText()).isEqualTo("later");
    assertThat(get(world.send(ALICE, live.id(), requestId, text("later")))).isEqualTo(accepted);
  }

  @Test
  void shouldTakeAnotherInputUnderTheIdOfARefusedOne() {
    Live live = world.live();
    Input early = Input.newBuilder().setToolOutput(ToolOutput.getDefaultInstance()).build();
    assertThat(refusal(world.send(ALICE, live.id(), requestId, early)))
        .isEqualTo(ErrorCode.TOOL_CALL_UNKNOWN);
    assertThat(world.send(ALICE, live.id(), requestId, text("instead"))).isCompleted();
  }

  @Test
  void shouldGiveEveryStopTheFirstOutcome() {
    Live live = world.live();
    StopResponse first = get(world.stop(live.id()));
    assertThat(first.getSequence()).isEqualTo(live.only(CONVERSATION_ENDING).getSequence());
    assertThat(get(world.stop(live.id()))).isEqualTo(first);
    world.restart();
    assertThat(get(world.stop(live.id()))).isEqualTo(first);
    assertThat(live.story()).containsOnlyOnce(CONVERSATION_ENDING);
  }

  @Test
  void shouldTellAStopTheReasonThatStands() {
    Live live = world.live();
    live.sideband().lose(SidebandClosed.Cause.EXPIRED, 1001);
    world.settle();
    StopResponse stopped = get(world.stop(live.id()));
    var ending = live.only(CONVERSATION_ENDING);
    assertThat(stopped.getReason())
        .isEqualTo(ending.getConversationEnding().getReason())
        .isNotEqualTo(EndReason.REQUESTED);
    assertThat(stopped.getSequence()).isEqualTo(ending.getSequence());
  }

  private void acknowledgeOne(Live live) {
    String oldest =
        world.events(live.id()).stream()
            .filter(RealtimeEvent::hasInputAccepted)
            .findFirst()
            .orElseThrow()
            .getInputAccepted()
            .getInputId();
    live.hears(
        "conversation.item.added",
        RealtimeEvent.newBuilder()
            .setItemAdded(ItemAdded.newBuilder().setItem(Item.newBuilder().setId(oldest))));
  }
}
