package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SPEECH_STARTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_JOINING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.Memo;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.InputSpeechStarted;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a restart the sockets are opened while the states of their conversations are unread. */
class EarlyJoinTest {
  private final SessionWorld world = new SessionWorld();

  /** The server dies, and starts again, but does not come to read. */
  private FakeSideband restartedUnread(Live live) {
    live.sideband().close();
    world.reader.hold();
    world.restart();
    return world.provider.nextSideband();
  }

  private void read() {
    world.reader.release();
    world.settle();
  }

  private static RealtimeEvent.Builder speech() {
    return RealtimeEvent.newBuilder()
        .setInputSpeechStarted(InputSpeechStarted.getDefaultInstance());
  }

  @Test
  void shouldJoinBeforeAnythingIsRead() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    assertThat(early.call()).contains(new CallId("rtc_1"));
    early.open();
    world.settle();
    assertThat(live.storyAfter(5)).as("nothing is known yet").isEmpty();
    assertThat(early.commands()).isEmpty();

    read();
    assertThat(live.storyAfter(5))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(early.commands()).hasSize(1);
    assertThat(early.commands().get(0)).isInstanceOf(ProviderCommand.UpdateSession.class);
    assertThat(world.provider.sidebands()).as("no second one").hasSize(2);
  }

  /** More than have places wait for their turn, which is no attempt yet. */
  @Test
  void shouldCountTheRejoinWindowFromTheFirstAttempt() {
    for (int i = 0; i < 100; i++) {
      world.live();
    }
    world.provider.sidebands().forEach(FakeSideband::close);
    int before = world.provider.sidebands().size();
    world.restart();
    List<FakeSideband> first = since(before);
    world.advance(SessionWorld.REJOIN_WINDOW.plusSeconds(1));
    first.forEach(tried -> tried.refuse(Cause.TIMED_OUT, 0));
    world.settle();
    List<FakeSideband> second = since(before + first.size());
    assertThat(second).as("as many as were waiting").hasSize(100 - first.size());
    second.forEach(tried -> tried.refuse(Cause.TIMED_OUT, 0));
    world.settle();
    assertThat(world.provider.hangUps()).as("only the first had a window").hasSize(first.size());
  }

  @Test
  void shouldRejoinEverybodyBeforeItLooksForWhatWasMissed() {
    world.probing();
    for (int i = 0; i < 100; i++) {
      world.live();
    }
    world.provider.sidebands().forEach(FakeSideband::close);
    int before = world.provider.sidebands().size();
    world.restart();
    FakeSideband first = since(before).get(0);
    first.open();
    world.settle();
    assertThat(first.commands()).as("our session").hasSize(1);
    for (int opened = 1; opened < 100; opened++) {
      since(before).get(opened).open();
      world.settle();
    }
    assertThat(since(before)).as("and a marker").allMatch(joined -> joined.commands().size() == 2);
  }

  private List<FakeSideband> since(int count) {
    List<FakeSideband> all = world.provider.sidebands();
    return List.copyOf(all.subList(count, all.size()));
  }

  @Test
  void shouldTakeWhatWasHeardMeanwhileAfterTheRejoin() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    early.emit("input_audio_buffer.speech_started", speech());
    early.emit("input_audio_buffer.speech_started", speech());
    read();
    early.emit("input_audio_buffer.speech_started", speech());
    world.settle();
    assertThat(live.storyAfter(8))
        .containsExactly(
            SIDEBAND_REJOINED, INPUT_SPEECH_STARTED, INPUT_SPEECH_STARTED, INPUT_SPEECH_STARTED);
    assertThat(world.last(live.id()).getAttachment()).isEqualTo(2);
  }

  @Test
  void shouldOpenTheSocketAfterTheStateIsKnown() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    read();
    assertThat(live.storyAfter(5)).containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING);
    early.open();
    world.settle();
    assertThat(live.storyAfter(7)).containsExactly(SIDEBAND_JOINED, SIDEBAND_REJOINED);
  }

  @Test
  void shouldTryAgainWhenTheEarlyAttemptFailed() {
    Live live = world.live();
    restartedUnread(live).refuse(Cause.REFUSED, 503);
    read();
    world.advance(Duration.ofSeconds(1));
    live.rejoined();
    assertThat(live.storyAfter(5))
        .containsExactly(
            SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(world.events(live.id()).get(8).getSidebandJoined().getAttempt()).isEqualTo(2);
  }

  @Test
  void shouldRejoinWhenTheEarlySocketWasLostAgain() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    early.lose(Cause.RESET, 0);
    read();
    world.advance(Duration.ofSeconds(1));
    assertThat(live.rejoined().storyAfter(5))
        .containsExactly(
            SIDEBAND_LOST,
            SIDEBAND_JOINING,
            SIDEBAND_JOINED,
            SIDEBAND_REJOINED,
            SIDEBAND_LOST,
            SIDEBAND_JOINING,
            SIDEBAND_JOINED,
            SIDEBAND_REJOINED);
  }

  @Test
  void shouldNotJoinWhatIsEnding() {
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    world.reader.hold();
    world.restart();
    assertThat(world.provider.sidebands()).hasSize(1);
  }

  @Test
  void shouldNotJoinWhatIsOverdue() {
    Live live = world.live(limited(Limits.newBuilder().setMaxDuration(Durations.fromSeconds(60))));
    live.sideband().close();
    world.reader.hold();
    world.die(Duration.ofSeconds(90));
    assertThat(world.provider.sidebands()).hasSize(1);
  }

  @Test
  void shouldReadFirstWhatWasNeverJoined() {
    Live live = world.calling();
    live.sideband().close();
    world.reader.hold();
    world.restart();
    assertThat(world.provider.sidebands()).hasSize(1);
    read();
    assertThat(live.rejoined().story()).endsWith(SIDEBAND_JOINED);
  }

  @Test
  void shouldCloseTheSocketOfAConversationThatEndsInstead() {
    Live live = world.live(limited(Limits.newBuilder().setIdleTimeout(Durations.fromSeconds(30))));
    world.reader.hold();
    live.sideband().close();
    world.die(Duration.ofSeconds(90));
    FakeSideband early = world.provider.nextSideband();
    early.open();
    read();
    assertThat(early.isClosed()).isTrue();
    assertThat(early.commands()).isEmpty();
    assertThat(live.story()).endsWith(CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(EndReason.IDLE);
  }

  @Test
  @ExpectWarning("cannot be read from the log")
  void shouldCloseTheSocketWhenTheStateCannotBeRead() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    world.log.failReads(true);
    read();
    assertThat(early.isClosed()).isTrue();
    world.log.failReads(false);
    world.advance(Duration.ofSeconds(1));
    assertThat(live.rejoined().storyAfter(5))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
  }

  @Test
  void shouldCloseTheSocketsWhenTheServerExits() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    world.exit();
    assertThat(early.isClosed()).isTrue();
    read();
    assertThat(live.storyAfter(5)).isEmpty();
  }

  @Test
  void shouldUseTheSocketWhenACommandCameFirst() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    var sent = world.send(live.id(), text("first"));
    read();
    assertThat(sent).isCompleted();
    assertThat(Fates.itemsSent(early)).containsExactly(sent.join().getInputId());
    assertThat(world.provider.sidebands()).hasSize(2);
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldCloseTheSocketWhenTheAppendFails() {
    Live live = world.live();
    FakeSideband early = restartedUnread(live);
    early.open();
    world.log.refuseNext(1);
    read();
    assertThat(early.isClosed()).isTrue();
    assertThat(early.commands()).isEmpty();
  }

  @Test
  void shouldReadTheEventsWhenThereIsNoBookmark() {
    Live live = world.live();
    assertThat(world.log.memo(live.id(), Memo.Kind.BOOKMARK)).isPresent();
    world.log.forgetMemos();
    live.sideband().close();
    world.reader.hold();
    world.restart();
    assertThat(world.provider.sidebands()).hasSize(1);
    read();
    assertThat(live.rejoined().storyAfter(5))
        .containsExactly(SIDEBAND_LOST, SIDEBAND_JOINING, SIDEBAND_JOINED, SIDEBAND_REJOINED);
    assertThat(world.log.memo(live.id(), Memo.Kind.BOOKMARK)).as("it is written anew").isPresent();
  }

  private static StartRequest limited(Limits.Builder limits) {
    return SessionWorld.webRtc().toBuilder().setLimits(limits).build();
  }
}
