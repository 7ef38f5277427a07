package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_IN_DOUBT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_REJECTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_LOST;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderCommand.CreateResponse;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.BufferClear;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.Interrupt;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.ResponseCancel;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Severity;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of inputs and responses that were under way when the sideband was lost. */
@Timeout(30)
class ResendingTest {
  private final SessionWorld world = new SessionWorld();

  private Live lostAndRejoined(Live live) {
    live.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(1));
    return live.rejoined();
  }

  private static List<ProviderCommand> responsesAsked(Live live) {
    return live.sideband().commands().stream().filter(CreateResponse.class::isInstance).toList();
  }

  private static ErrorOccurred refusal(ErrorCode code) {
    return ErrorOccurred.newBuilder().setSeverity(Severity.RECOVERABLE).setCode(code).build();
  }

  @Test
  void shouldSendItemsInDoubtAgainInOrderBeforeNewerOnes() {
    Live live = world.live();
    String first = live.sends(text("one")).getInputId();
    String second = live.sends(text("two")).getInputId();
    live.hears("conversation.item.added", Fates.added(first));
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    assertThat(live.only(INPUT_IN_DOUBT).getInputInDoubt().getInputId()).isEqualTo(second);
    assertThat(live.only(INPUT_IN_DOUBT).getInputInDoubt().getWillResend()).isTrue();
    String third = live.sends(text("three")).getInputId();

    Live again = live.rejoined();
    assertThat(Fates.itemsSent(again.sideband())).containsExactly(second, third);
    assertThat(again.story()).endsWith(SIDEBAND_REJOINED, INPUT_SENT, INPUT_SENT);
  }

  @Test
  void shouldTakeADuplicateForAnAcknowledgement() {
    Live live = world.live();
    String id = live.sends(text("one")).getInputId();
    Live again = lostAndRejoined(live);
    again.sideband().emitError(refusal(ErrorCode.ITEM_DUPLICATE), id, id);
    world.settle();
    assertThat(again.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
    assertThat(world.state(live.id()).getPendingInputs()).isZero();
  }

  @Test
  void shouldDoubtAgainWhatIsLostAgain() {
    Live live = world.live();
    String id = live.sends(text("one")).getInputId();
    Live third = lostAndRejoined(lostAndRejoined(live));
    assertThat(Fates.itemsSent(third.sideband())).containsExactly(id);
    assertThat(third.story().stream().filter(INPUT_IN_DOUBT::equals)).hasSize(2);
  }

  static Stream<Input> repeatable() {
    return Stream.of(
        text("one"),
        Fates.sessionUpdate("be kind"),
        Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId("item_1")).build(),
        Input.newBuilder().setInterrupt(Interrupt.newBuilder().setItemId("item_1")).build(),
        Input.newBuilder().setBufferClear(BufferClear.getDefaultInstance()).build());
  }

  @ParameterizedTest
  @MethodSource("repeatable")
  void shouldSendAgainWhatMayArriveTwice(Input input) {
    Live live = world.live();
    live.sends(input);
    ProviderCommand sent = live.sideband().commands().get(1);
    assertThat(lostAndRejoined(live).sideband().commands()).element(1).isEqualTo(sent);
  }

  static Stream<Input> unrepeatable() {
    return Stream.of(
        Fates.responseCreate(),
        Input.newBuilder().setResponseCancel(ResponseCancel.getDefaultInstance()).build());
  }

  @ParameterizedTest
  @MethodSource("unrepeatable")
  void shouldLeaveToTheClientWhatMustNotArriveTwice(Input input) {
    Live live = world.live();
    live.sends(input);
    assertThat(live.sideband().commands()).hasSize(2);
    Live again = lostAndRejoined(live);
    assertThat(again.only(INPUT_IN_DOUBT).getInputInDoubt().getWillResend()).isFalse();
    assertThat(again.sideband().commands()).as("only session.update").hasSize(1);
    assertThat(world.state(live.id()).getPendingInputs()).isZero();
  }

  @Test
  void shouldSendWhatMustNotArriveTwiceOnlyWhenThatIsDurableAndInItsPlace() {
    Live live = world.live();
    world.log.hold();
    var raw = world.send(live.id(), Fates.rawJson());
    var after = world.send(live.id(), text("after it"));
    world.log.release(1);
    world.settle();
    assertThat(raw).isCompleted();
    assertThat(live.sideband().commands()).as("InputSent is not durable").hasSize(1);

    world.log.release();
    world.settle();
    assertThat(after).isCompleted();
    assertThat(live.sideband().commands().get(1)).isInstanceOf(ProviderCommand.RawJson.class);
    assertThat(live.sideband().commands().get(2)).isInstanceOf(ProviderCommand.CreateItem.class);
  }

  @Test
  void shouldAskForTheResponseToAnItemThatProvesToBeNew() {
    Live live = world.live();
    String id = live.sends(Fates.asking("one?")).getInputId();
    Live again = lostAndRejoined(live);
    assertThat(responsesAsked(again)).isEmpty();
    again.hears("conversation.item.added", Fates.added(id));
    assertThat(responsesAsked(again)).hasSize(1);
  }

  @Test
  void shouldNotAskTwiceForTheResponseToAnItemThatHadArrived() {
    Live live = world.live();
    String id = live.sends(Fates.asking("one?")).getInputId();
    Live again = lostAndRejoined(live);
    again.sideband().emitError(refusal(ErrorCode.ITEM_DUPLICATE), id, id);
    world.settle();
    assertThat(responsesAsked(again)).isEmpty();
  }

  @Test
  void shouldNotLetAResponseWhoseEndWasMissedBlockTheNext() {
    Live live = world.live();
    live.hears("response.created", Fates.started("resp_1"));
    String waiting = live.sends(Fates.responseCreate()).getInputId();
    assertThat(responsesAsked(live)).isEmpty();

    Live again = lostAndRejoined(live);
    assertThat(again.only(SIDEBAND_REJOINED).getSidebandRejoined().getUnsettledResponseId())
        .isEqualTo("resp_1");
    assertThat(world.state(live.id()).getActiveResponseId()).isEmpty();
    assertThat(responsesAsked(again)).hasSize(1);
    again.hears("response.created", Fates.started("resp_2"));
    assertThat(again.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId())
        .isEqualTo(waiting);
  }

  @Test
  void shouldWaitAfterAllWhenTheResponseIsStillActive() {
    Live live = world.live();
    live.hears("response.created", Fates.started("resp_1"));
    String waiting = live.sends(Fates.responseCreate()).getInputId();
    Live again = lostAndRejoined(live);
    again.sideband().emitError(refusal(ErrorCode.RESPONSE_ACTIVE), waiting, "");
    world.settle();
    assertThat(responsesAsked(again)).hasSize(1);
    again.hears("response.done", Fates.completed("resp_1"));
    assertThat(responsesAsked(again)).hasSize(2);
  }

  private static Input deletion() {
    return Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId("item_1")).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeItForDeletedWhatIsNotThereWhenAskedAgain(boolean echoesOurId) {
    Live live = world.live();
    String id = live.sends(deletion()).getInputId();
    Live again = lostAndRejoined(live);
    again.sideband().emitError(refusal(ErrorCode.ITEM_UNKNOWN), echoesOurId ? id : "", "item_1");
    world.settle();
    assertThat(again.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
    assertThat(again.story()).doesNotContain(INPUT_REJECTED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRejectADeletionOfWhatNeverWas(boolean echoesOurId) {
    Live live = world.live();
    String id = live.sends(deletion()).getInputId();
    live.sideband().emitError(refusal(ErrorCode.ITEM_UNKNOWN), echoesOurId ? id : "", "item_1");
    world.settle();
    assertThat(live.only(INPUT_REJECTED).getInputRejected().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldAddInitialItemsThatWereNotThereYetInTheirPlace() {
    Item item = Item.newBuilder().setMessage(MessageItem.getDefaultInstance()).build();
    Live live =
        world.live(
            SessionWorld.webRtc(
                SessionOptions.newBuilder().addInitialItems(item).addInitialItems(item).build()));
    live.hears("conversation.item.added", Fates.added("initial-0"));
    Live again = lostAndRejoined(live);
    var added = (ProviderCommand.CreateItem) again.sideband().commands().get(1);
    assertThat(added.item().getId()).isEqualTo("initial-1");
    assertThat(added.previousItemId()).isEqualTo("initial-0");
    assertThat(again.sideband().commands()).hasSize(2);
    assertThat(again.story()).containsOnlyOnce(SIDEBAND_LOST);
  }
}
