package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_IN_DOUBT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Input;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.ToolCallRequested;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server does with the live conversations that the one before it left in the log. */
@Timeout(30)
class TakingUpTest {
  private final SessionWorld world = new SessionWorld();
  private final Set<FakeSideband> opened = new HashSet<>();

  private Live restarted(Live live) {
    live.sideband().close();
    world.restart();
    return live.rejoined();
  }

  @Test
  void shouldRejoinTheCallAndSayThatTheServerRestarted() {
    Live live = world.live();
    world.advance(Duration.ofSeconds(2));
    Live again = restarted(live);
    assertThat(again.sideband().call()).hasValue(new CallId("rtc_1"));
    assertThat(again.storyAfter(5))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(again.only(SIDEBAND_LOST).getSidebandLost())
        .isEqualTo(
            SidebandLost.newBuilder()
                .setCause(SidebandLost.Cause.SERVER_RESTARTED)
                .setWillRejoin(true)
                .build());
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getLostAt())
        .as("nothing was heard after the last event")
        .isEqualTo(world.events(live.id()).get(4).getTime());
    assertThat(again.only(SIDEBAND_REJOINED).getAttachment()).isEqualTo(2);
    again.hears("session.updated", Fates.configured());
    assertThat(again.story()).endsWith(SESSION_CONFIGURED);
    assertThat(world.last(live.id()).getSessionConfigured().getTiming().getApproximate()).isTrue();
  }

  @Test
  void shouldNotSayTwiceThatItIsLost() {
    Live live = world.live();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    world.provider.nextSideband().close();
    world.restart();
    Live again = live.rejoined();
    assertThat(again.only(SIDEBAND_LOST).getSidebandLost().getCause())
        .isEqualTo(SidebandLost.Cause.RESET);
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getLostAt())
        .isEqualTo(again.only(SIDEBAND_LOST).getTime());
  }

  @Test
  void shouldJoinACallThatWasNeverJoined() {
    Live live = world.calling();
    String id = live.sends(text("waits")).getInputId();
    Live again = restarted(live);
    assertThat(again.story()).doesNotContain(SIDEBAND_LOST, SIDEBAND_REJOINED);
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(id);
  }

  @Test
  void shouldEndASessionOfItsOwn() {
    var starting = world.start(SessionWorld.webSocket());
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    live.sideband().open();
    world.settle();
    live.sideband().close();
    world.restart();
    var ended = world.last(live.id()).getConversationEnded();
    assertThat(ended.getReason()).isEqualTo(EndReason.SERVER_FAILED);
    assertThat(ended.getHangUp()).isEqualTo(HangUp.NO_CALL);
  }

  @Test
  void shouldSendWhatIsInDoubtAndThenWhatWasNotSent() {
    Live live = world.live();
    String sent = live.sends(text("sent")).getInputId();
    String asked = live.sends(Fates.responseCreate()).getInputId();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    String unsent = live.sends(text("unsent")).getInputId();
    world.provider.nextSideband().close();
    world.restart();

    Live again = live.rejoined();
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(sent, unsent);
    assertThat(again.sideband().commands()).as("and session.update").hasSize(3);
    assertThat(world.events(live.id()).stream().filter(RealtimeEvent::hasInputInDoubt))
        .extracting(event -> event.getInputInDoubt().getInputId())
        .containsExactly(sent, asked);
  }

  @Test
  void shouldDoubtWhatWasSentBeforeTheServerDied() {
    Live live = world.live();
    String sent = live.sends(text("sent")).getInputId();
    Live again = restarted(live);
    assertThat(again.only(INPUT_IN_DOUBT).getInputInDoubt().getInputId()).isEqualTo(sent);
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(sent);
  }

  @Test
  void shouldStillAskForAResponseThatWaitedForAnotherToEnd() {
    Live live = world.live();
    live.hears("response.created", Fates.started("resp_1"));
    String id = live.sends(Fates.asking("and?")).getInputId();
    live.hears("conversation.item.added", Fates.added(id));
    Live again = restarted(live);
    assertThat(again.sideband().commands().get(1))
        .isInstanceOf(ProviderCommand.CreateResponse.class);
  }

  @Test
  void shouldNotAskForAResponseThatWasAskedForWhenTheOtherEnded() {
    Live live = world.live();
    live.hears("response.created", Fates.started("resp_1"));
    String id = live.sends(Fates.asking("and?")).getInputId();
    live.hears("conversation.item.added", Fates.added(id));
    live.hears("response.done", Fates.completed("resp_1"));
    assertThat(restarted(live).sideband().commands()).as("only session.update").hasSize(1);
  }

  @Test
  void shouldOfferOpenHandoffsAgain() {
    Live live = world.live(SessionWorld.webRtc(SessionWorld.withHandoffs()));
    for (String handoff : new String[] {"call_1", "call_2"}) {
      live.sideband()
          .emitToolCall(
              ToolCallRequested.newBuilder()
                  .setToolCallId(handoff)
                  .setName("background_agent")
                  .build(),
              "look it up");
    }
    world.settle();
    live.sends(
        Input.newBuilder()
            .setHandoffOutput(
                HandoffOutput.newBuilder()
                    .setHandoffId("call_1")
                    .setText("done")
                    .setPhase(HandoffOutput.Phase.FINAL))
            .build());

    Live again = restarted(live);
    assertThat(again.story()).endsWith(HANDOFF_REQUESTED);
    HandoffRequested offered = world.last(live.id()).getHandoffRequested();
    assertThat(offered.getRecovered()).isTrue();
    assertThat(offered.getHandoffId()).isEqualTo("call_2");
    assertThat(offered.getInput()).isEqualTo("look it up");
    assertThat(world.state(live.id()).getOpenHandoffsCount()).isEqualTo(1);

    again.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(1));
    assertThat(again.rejoined().story().stream().filter(HANDOFF_REQUESTED::equals))
        .as("not again in mid-call")
        .hasSize(3);
  }

  @Test
  void shouldKeepTheMaximumDuration() {
    Live live = world.live(limited(Limits.newBuilder().setMaxDuration(Durations.fromSeconds(60))));
    world.advance(Duration.ofSeconds(40));
    Live again = restarted(live);
    world.advance(Duration.ofSeconds(19));
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
    world.advance(Duration.ofSeconds(1));
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.MAX_DURATION);
  }

  @Test
  void shouldKeepTheIdleLimit() {
    Live live = world.live(limited(Limits.newBuilder().setIdleTimeout(Durations.fromSeconds(30))));
    world.advance(Duration.ofSeconds(20));
    live.sends(text("still here"));
    world.advance(Duration.ofSeconds(20));
    Live again = restarted(live);
    world.advance(Duration.ofSeconds(9));
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
    world.advance(Duration.ofSeconds(1));
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.IDLE);
  }

  @Test
  void shouldEndWithoutRejoiningWhatIsOverdue() {
    Live live = world.live(limited(Limits.newBuilder().setMaxDuration(Durations.fromSeconds(60))));
    world.die(Duration.ofSeconds(90));
    assertThat(live.storyAfter(5)).containsExactly(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.MAX_DURATION);
    assertThat(world.provider.hangUps()).hasSize(1);
  }

  @Test
  void shouldAnswerTheSameRequestAfterARestart() {
    StartRequest request =
        SessionWorld.webRtc().toBuilder()
            .setRequestId("0192d3a4-0000-7000-8000-000000000001")
            .build();
    Live live = world.live(request);
    Live again = restarted(live);
    assertThat(get(world.start(request).answer()).getConversationId())
        .isEqualTo(live.id().toString());
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
  }

  @Test
  void shouldRejoinManyAFewAtATimeAndLetNobodyElseWait() {
    for (int i = 0; i < 200; i++) {
      world.start(SessionWorld.webRtc());
      world.provider.nextCreate().succeed("rtc_" + i);
      world.settle();
      world.provider.nextSideband().open();
    }
    world.settle();
    world.provider.sidebands().forEach(FakeSideband::close);
    world.restart();
    int atOnce = 2 * SessionCoordinator.REJOINS;
    assertThat(world.provider.sidebands()).hasSize(200 + atOnce);

    world.start(SessionWorld.webRtc());
    world.provider.nextCreate().succeed("rtc_new");
    world.settle();
    assertThat(alive()).last().matches(it -> it.call().equals(Optional.of(new CallId("rtc_new"))));
    for (int i = 0; i < 200; i++) {
      alive().forEach(this::openOnce);
      world.settle();
      assertThat(alive().stream().filter(sideband -> !opened.contains(sideband)))
          .hasSizeLessThanOrEqualTo(atOnce);
    }
    assertThat(opened).hasSize(201);
  }

  private List<FakeSideband> alive() {
    return world.provider.sidebands().stream().filter(sideband -> !sideband.isClosed()).toList();
  }

  private void openOnce(FakeSideband sideband) {
    if (opened.add(sideband)) {
      sideband.open();
    }
  }

  private static StartRequest limited(Limits.Builder limits) {
    return SessionWorld.webRtc().toBuilder().setLimits(limits).build();
  }
}
