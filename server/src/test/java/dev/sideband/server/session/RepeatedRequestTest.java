package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.milestone;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CLIENT_MILESTONE_REACHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Milestone;
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
}
