package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ListRequest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a conversation whose session is gone: after a failed append, or a restart. */
class RebuildingTest {
  private final SessionWorld world = new SessionWorld();

  @Test
  @ExpectWarning("could not be appended to")
  void shouldRefuseWhatWaitedBehindAFailedAppend() {
    Live live = world.live();
    world.log.hold();
    world.log.refuseNext(1);
    var first = world.send(live.id(), text("one"));
    var second = world.send(live.id(), text("two"));
    world.log.release();
    world.settle();

    assertThat(refusal(first)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(refusal(second)).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(live.sideband().commands()).as("only session.update").hasSize(1);
    assertThat(live.story()).hasSize(5);
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldRebuildFromTheLogAndRejoinWithoutBeingAsked() {
    Live live = world.live();
    world.log.refuseNext(1);
    assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(live.sideband().isClosed()).isTrue();
    world.advance(Duration.ofSeconds(1));
    assertThat(live.storyAfter(5)).containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING);
    Live again = live.rejoined();
    assertThat(again.storyAfter(7)).containsExactly(SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(world.provider.hangUps()).isEmpty();
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldGoOnOnceTheLogTakesEventsAgain() {
    Live live = world.live();
    world.log.refuseNext(4);
    assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    for (int i = 0; i < 4; i++) {
      world.advance(Duration.ofSeconds(1));
    }
    assertThat(live.storyAfter(5)).containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING);
    assertThat(live.rejoined().sends(text("two"))).isNotNull();
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldEndAConversationThatBreaksByItselfForEver() {
    Live live = world.live();
    for (int i = 0; i <= TakingUp.JOINS_UNHEARD; i++) {
      world.log.refuseNext(1);
      assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
      world.advance(Duration.ofSeconds(1));
    }
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDED);
    world.restart();
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.SERVER_FAILED);
  }

  @Test
  @ExpectWarning("could not be appended to")
  @ExpectWarning("cannot be read from the log")
  void shouldTryToRebuildUntilTheLogCanBeRead() {
    Live live = world.live();
    world.log.refuseNext(1);
    assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    world.log.failReads(true);
    world.advance(Duration.ofSeconds(1));
    assertThat(live.storyAfter(5)).isEmpty();
    world.log.failReads(false);
    world.advance(Duration.ofSeconds(1));
    assertThat(live.rejoined().story()).endsWith(SIDEBAND_JOINED, SIDEBAND_REJOINED);
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldRebuildWhenTheOutcomeIsUnknown() {
    Live live = world.live();
    world.log.doubtNext(true);
    assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    world.advance(Duration.ofSeconds(1));
    assertThat(live.rejoined().sideband().commands().get(1))
        .as("it is in the log, so it is sent")
        .isInstanceOf(ProviderCommand.CreateItem.class);
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldStopWhenAnotherWriterTookOver() {
    Live live = world.live();
    world.log.failNext(new AppendOutcome.Fenced(99));
    assertThat(refusal(world.send(live.id(), text("one")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(live.sideband().isClosed()).isTrue();
  }

  @Test
  void shouldSayThatAStartWasInterrupted() {
    world.start(SessionWorld.webRtc());
    world.restart();
    ConversationId id = world.log.heads(everything()).get(0).conversation();
    var ended = world.last(id).getConversationEnded();
    assertThat(ended.getReason()).isEqualTo(EndReason.START_INTERRUPTED);
    assertThat(ended.getHangUp()).isEqualTo(HangUp.CALL_UNKNOWN);
  }

  @Test
  void shouldFinishWhatWasEndingWithItsOwnReason() {
    Live live = world.live();
    world.provider.holdHangUps();
    assertThat(world.stop(live.id())).isCompleted();
    world.restart();
    world.provider.nextHangUp();
    world.provider.nextHangUp().succeed();
    world.settle();
    assertThat(live.storyAfter(5)).containsExactly(CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason())
        .isEqualTo(EndReason.REQUESTED);
  }

  @Test
  void shouldRefuseWhatWouldHaveToBeReadWhenTheReadersHaveNoRoom() {
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.reader.full = true;
    assertThat(refusal(world.settled(world.conversations.get(SessionWorld.ALICE, live.id()))))
        .isEqualTo(ErrorCode.SERVER_BUSY);
    assertThat(
            refusal(
                world.settled(
                    world.conversations.list(
                        SessionWorld.ALICE, ListRequest.getDefaultInstance()))))
        .isEqualTo(ErrorCode.SERVER_BUSY);
    world.reader.full = false;
    assertThat(world.state(live.id()).getEndReason()).isEqualTo(EndReason.REQUESTED);
  }

  @Test
  void shouldTellTheStateOfAnEndedConversationFromTheLog() {
    Live live = world.live();
    live.sends(text("hello"));
    assertThat(world.stop(live.id())).isCompleted();
    ConversationState before = world.state(live.id());
    world.restart();
    assertThat(world.state(live.id())).isEqualTo(before);
    assertThat(before.getTranscript(0).getText()).isEqualTo("hello");
  }

  @Test
  void shouldTellTheSameStateHoweverOftenItIsReplayed() {
    Live live = world.live();
    live.sends(text("hello"));
    ConversationState living = world.state(live.id());
    var replayed = StoredConversation.read(world.log, live.id()).orElseThrow();
    assertThat(replayed.state().toProto()).isEqualTo(living);
  }

  @Test
  void shouldListNewestFirstInPages() {
    ConversationId older = world.live().id();
    world.advance(Duration.ofSeconds(1));
    ConversationId newer = world.live().id();
    var request = ListRequest.newBuilder().setPageSize(1).build();
    var first = get(world.settled(world.conversations.list(SessionWorld.ALICE, request)));
    var second =
        get(
            world.settled(
                world.conversations.list(
                    SessionWorld.ALICE,
                    request.toBuilder().setPageToken(first.getNextPageToken()).build())));
    assertThat(first.getConversations(0).getConversationId()).isEqualTo(newer.toString());
    assertThat(second.getConversations(0).getConversationId()).isEqualTo(older.toString());
    assertThat(second.getConversations(0).getModel()).isEqualTo("gpt-realtime");
  }

  @Test
  void shouldListOnlyOnesOwnUnlessOneObserves() {
    world.live();
    var all = ListRequest.getDefaultInstance();
    assertThat(
            get(world.settled(world.conversations.list(SessionWorld.BOB, all)))
                .getConversationsCount())
        .isZero();
    assertThat(
            get(world.settled(world.conversations.list(SessionWorld.WATCHER, all)))
                .getConversationsCount())
        .isEqualTo(1);
  }

  private static HeadQuery everything() {
    return new HeadQuery(Optional.empty(), false, Optional.empty(), 10);
  }
}
