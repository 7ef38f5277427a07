package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.BOB;
import static dev.sideband.server.session.SessionWorld.MAX_PENDING;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webSocket;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.AUDIO_DROPPED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CLIENT_MILESTONE_REACHED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACCEPTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_REJECTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.ITEM_ADDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.AudioInput;
import dev.sideband.v1.BufferClear;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputCleared;
import dev.sideband.v1.Interrupt;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.ItemDeleted;
import dev.sideband.v1.ItemTruncated;
import dev.sideband.v1.PlaybackCleared;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.Severity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InboxTest {
  private final SessionWorld world = new SessionWorld();

  @Test
  void shouldReplyOnlyWhenTheInputIsDurable() {
    Live live = world.live();
    world.log.hold();
    var reply = world.send(live.id(), text("hello"));
    assertThat(reply).isNotDone();
    assertThat(live.sideband().commands()).as("only session.update").hasSize(1);

    world.log.release();
    world.settle();

    long sequence = get(reply).getSequence();
    assertThat(world.events(live.id()).get((int) sequence - 1).getPayloadCase())
        .isEqualTo(INPUT_ACCEPTED);
    assertThat(live.sideband().commands()).hasSize(2);
  }

  @Test
  void shouldAcknowledgeATextWhenItsItemIsThere() {
    Live live = world.live();
    String id = live.sends(text("hello")).getInputId();
    live.hears(
        "conversation.item.added",
        RealtimeEvent.newBuilder()
            .setItemAdded(ItemAdded.newBuilder().setItem(Item.newBuilder().setId(id))));
    assertThat(live.storyAfter(5))
        .containsExactly(INPUT_ACCEPTED, INPUT_SENT, ITEM_ADDED, INPUT_ACKNOWLEDGED);
    assertThat(world.state(live.id()).getPendingInputs()).isZero();
  }

  @Test
  void shouldGiveIdsThatAProviderTakes() {
    Live live = world.live();
    assertThat(live.sends(text("hello")).getInputId()).matches("[0-9a-f]{32}");
  }

  static Stream<Arguments> acknowledgements() {
    return Stream.of(
        Arguments.of(
            Input.newBuilder().setInterrupt(Interrupt.newBuilder().setItemId("item_1")).build(),
            RealtimeEvent.newBuilder()
                .setItemTruncated(ItemTruncated.newBuilder().setItemId("item_1"))),
        Arguments.of(
            Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId("item_1")).build(),
            RealtimeEvent.newBuilder()
                .setItemDeleted(ItemDeleted.newBuilder().setItemId("item_1"))),
        Arguments.of(
            Input.newBuilder().setBufferClear(BufferClear.getDefaultInstance()).build(),
            RealtimeEvent.newBuilder().setInputCleared(InputCleared.getDefaultInstance())),
        Arguments.of(
            Input.newBuilder()
                .setBufferClear(BufferClear.newBuilder().setDirection(BufferClear.Direction.OUTPUT))
                .build(),
            RealtimeEvent.newBuilder().setPlaybackCleared(PlaybackCleared.getDefaultInstance())),
        Arguments.of(
            Input.newBuilder().setSessionUpdate(SessionUpdate.getDefaultInstance()).build(),
            RealtimeEvent.newBuilder()
                .setSessionConfigured(SessionConfigured.getDefaultInstance())));
  }

  @ParameterizedTest
  @MethodSource("acknowledgements")
  void shouldAcknowledgeByTheEventThatTheProtoNames(Input input, RealtimeEvent.Builder answer) {
    Live live = world.live();
    String id = live.sends(input).getInputId();
    live.hears("answer", answer);
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldNotTakeAnotherItemsTruncationForItsOwn() {
    Live live = world.live();
    live.sends(Input.newBuilder().setInterrupt(Interrupt.newBuilder().setItemId("item_1")).build());
    live.hears(
        "conversation.item.truncated",
        RealtimeEvent.newBuilder()
            .setItemTruncated(ItemTruncated.newBuilder().setItemId("item_2")));
    assertThat(live.story()).doesNotContain(INPUT_ACKNOWLEDGED);
  }

  @Test
  void shouldRejectTheInputThatAnErrorEchoes() {
    Live live = world.live();
    String id = live.sends(text("hello")).getInputId();
    live.sideband().emitError(recoverable(ErrorCode.PROVIDER_ERROR), id, "");
    world.settle();
    assertThat(live.only(INPUT_REJECTED).getInputRejected().getInputId()).isEqualTo(id);
    assertThat(world.state(live.id()).getLastError().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldRejectTheInputWhoseItemAnErrorQuotes() {
    Live live = world.live();
    String id = live.sends(text("hello")).getInputId();
    live.sideband().emitError(recoverable(ErrorCode.PROVIDER_ERROR), "", id);
    world.settle();
    assertThat(live.only(INPUT_REJECTED).getInputRejected().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldTakeADuplicateItemForAnAcknowledgement() {
    Live live = world.live();
    String id = live.sends(text("hello")).getInputId();
    live.sideband().emitError(recoverable(ErrorCode.ITEM_DUPLICATE), id, id);
    world.settle();
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldGoOnAfterARecoverableError() {
    Live live = world.live();
    live.sideband().emitError(recoverable(ErrorCode.PROVIDER_ERROR), "", "");
    world.settle();
    live.sends(text("still here"));
    assertThat(live.story()).endsWith(INPUT_ACCEPTED, INPUT_SENT);
  }

  @Test
  void shouldRefuseInputsOverTheBoundAndStillStop() {
    Live live = world.calling();
    for (int i = 0; i < MAX_PENDING; i++) {
      live.sends(text("waits"));
    }
    assertThat(refusal(world.send(live.id(), text("too many")))).isEqualTo(ErrorCode.INBOX_FULL);
    assertThat(get(world.stop(live.id())).getReason()).isEqualTo(EndReason.REQUESTED);
  }

  @Test
  void shouldRefuseInputsAfterTheEnd() {
    Live live = world.live();
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(refusal(world.send(live.id(), text("late"))))
        .isEqualTo(ErrorCode.CONVERSATION_ENDED);
  }

  @Test
  void shouldHideTheConversationFromOthers() {
    Live live = world.live();
    assertThat(refusal(world.send(BOB, live.id(), "", text("hello"))))
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(refusal(world.settled(world.conversations.stop(BOB, live.id()))))
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(refusal(world.settled(world.conversations.get(BOB, live.id()))))
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(world.settled(world.conversations.get(SessionWorld.WATCHER, live.id())))
        .isCompleted();
  }

  @Test
  void shouldMakeAClientMilestoneAnEvent() {
    Live live = world.live();
    String id = live.sends(SessionWorld.milestone("ice_connected")).getInputId();
    var reached = live.only(CLIENT_MILESTONE_REACHED).getClientMilestoneReached();
    assertThat(reached.getName()).isEqualTo("ice_connected");
    assertThat(reached.getInputId()).isEqualTo(id);
    assertThat(world.state(live.id()).getMilestonesList())
        .anySatisfy(milestone -> assertThat(milestone.getByClient()).isTrue());
  }

  @Test
  void shouldRefuseAudioWhenTheCallHasAMediaLeg() {
    Live live = world.live();
    assertThat(refusal(world.send(live.id(), audio(24_000))))
        .isEqualTo(ErrorCode.AUDIO_NOT_ON_THIS_TRANSPORT);
  }

  @Test
  void shouldPassAudioOnWithoutStoringIt() {
    Live live = primary();
    live.sideband().open();
    world.settle();
    long before = world.state(live.id()).getSequence();
    live.sends(audio(24_000));
    assertThat(live.sideband().commands()).anyMatch(ProviderCommand.AppendAudio.class::isInstance);
    assertThat(world.state(live.id()).getSequence()).isEqualTo(before);
  }

  @Test
  void shouldRefuseAudioOfAnotherRate() {
    Live live = primary();
    assertThat(refusal(world.send(live.id(), audio(16_000))))
        .isEqualTo(ErrorCode.AUDIO_FORMAT_UNSUPPORTED);
  }

  @Test
  void shouldSayThatAudioWasDroppedAtMostOnceASecond() {
    Live live = primary();
    for (int i = 0; i < 50; i++) {
      live.sends(audio(24_000));
    }
    world.advance(java.time.Duration.ofSeconds(1));
    live.sends(audio(24_000));
    List<RealtimeEvent> dropped =
        world.events(live.id()).stream().filter(e -> e.getPayloadCase() == AUDIO_DROPPED).toList();
    assertThat(dropped)
        .extracting(event -> event.getAudioDropped().getFrames())
        .containsExactly(1, 50);
  }

  private Live primary() {
    var starting = world.start(webSocket());
    return new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
  }

  private static Input audio(int rate) {
    return Input.newBuilder()
        .setAudio(
            AudioInput.newBuilder().setPcm(ByteString.copyFrom(new byte[960])).setSampleRate(rate))
        .build();
  }

  private static ErrorOccurred recoverable(ErrorCode code) {
    return ErrorOccurred.newBuilder()
        .setSeverity(Severity.RECOVERABLE)
        .setCode(code)
        .setProviderCode("some_code")
        .setMessage("provider: did not like it")
        .build();
  }
}
