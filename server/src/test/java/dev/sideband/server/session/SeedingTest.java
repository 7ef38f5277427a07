package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_IN_DOUBT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.UpdateSession;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemCompleted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptCompleted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a new call is told, and in which order. */
@Timeout(30)
class SeedingTest {
  private final SessionWorld world = new SessionWorld();
  private final Live live =
      world.live(
          webRtc(
              SessionWorld.withHandoffs().toBuilder()
                  .addInitialItems(Item.getDefaultInstance())
                  .build()));

  private void says(Role role, String itemId, String words) {
    live.hears(
        "transcript",
        RealtimeEvent.newBuilder()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder().setRole(role).setItemId(itemId).setText(words)));
  }

  private static RealtimeEvent.Builder completed(String itemId) {
    return RealtimeEvent.newBuilder()
        .setItemCompleted(
            ItemCompleted.newBuilder()
                .setItem(
                    Item.newBuilder()
                        .setId(itemId)
                        .setFunctionCall(
                            FunctionCallItem.newBuilder()
                                .setToolCallId("call_1")
                                .setName("background_agent")
                                .setArguments("{}"))));
  }

  private static RealtimeEvent.Builder called(String itemId) {
    return RealtimeEvent.newBuilder()
        .setToolCallRequested(
            ToolCallRequested.newBuilder()
                .setToolCallId("call_1")
                .setItemId(itemId)
                .setName("background_agent"));
  }

  private static Input answer() {
    return Input.newBuilder()
        .setHandoffOutput(
            HandoffOutput.newBuilder()
                .setHandoffId("call_1")
                .setText("green")
                .setPhase(HandoffOutput.Phase.FINAL))
        .build();
  }

  private static List<String> texts(FakeSideband sideband) {
    return sideband.commands().stream()
        .filter(CreateItem.class::isInstance)
        .map(command -> ((CreateItem) command).item())
        .filter(Item::hasMessage)
        .map(item -> item.getMessage().getContent(0).getText())
        .toList();
  }

  @Test
  void shouldBeToldTheSessionThenWhatWasSaidThenWhatWaits() {
    says(Role.USER, "item_1", "hello");
    says(Role.ASSISTANT, "item_2", "good day");
    String doubtful = live.sends(text("in doubt")).getInputId();
    Renewing renewing = Renewing.of(live).created("rtc_2");
    live.sideband().lose(Cause.EXPIRED, 1001);
    world.settle();
    String waiting = live.sends(text("waiting")).getInputId();
    Live next = renewing.confirmed();

    assertThat(next.sideband().commands().get(0)).isInstanceOf(UpdateSession.class);
    assertThat(Fates.itemsSent(next.sideband()))
        .containsExactly("initial-0", "seed-2-0", "seed-2-1", doubtful, waiting);
    assertThat(texts(next.sideband())).containsExactly("hello", "good day", "in doubt", "waiting");
    assertThat(live.only(INPUT_IN_DOUBT).getInputInDoubt().getWillResend()).isTrue();
  }

  @Test
  void shouldNotRepeatWhatMustNotArriveTwice() {
    live.sends(Fates.responseCreate());
    Live next = Renewing.of(live).created("rtc_2").confirmed();
    world.advance(NextCall.PATIENCE);
    assertThat(live.only(INPUT_IN_DOUBT).getInputInDoubt().getWillResend()).isFalse();
    assertThat(next.sideband().commands())
        .noneMatch(ProviderCommand.CreateResponse.class::isInstance);
  }

  @Test
  void shouldNotBeToldWhatTheProviderRejected() {
    String inputId = live.sends(text("no")).getInputId();
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder().setCode(ErrorCode.PROVIDER_ERROR).build(), inputId, "");
    world.settle();
    assertThat(texts(Renewing.renewed(live).sideband())).isEmpty();
  }

  @Test
  void shouldBeToldOfAFunctionCallWhoseOutputIsStillToCome() {
    live.hears("conversation.item.done", completed("item_9"), called("item_9"));
    Live next = Renewing.renewed(live);
    next.sends(answer());
    assertThat(Fates.itemsSent(next.sideband())).startsWith("initial-0", "seed-2-0").hasSize(3);
    CreateItem seeded = (CreateItem) next.sideband().commands().get(2);
    assertThat(seeded.item().getFunctionCall().getToolCallId()).isEqualTo("call_1");
    next.hears("conversation.item.done", completed("seed-2-0"), called("seed-2-0"));
    assertThat(live.only(HANDOFF_REQUESTED).getCall()).as("nobody called again").isEqualTo(1);
  }

  @Test
  void shouldBeToldOfItWhileItsOutputIsNotAcknowledged() {
    live.hears("conversation.item.done", completed("item_9"), called("item_9"));
    String inputId = live.sends(answer()).getInputId();
    Live next = Renewing.of(live).created("rtc_2").confirmed();
    world.advance(NextCall.PATIENCE);
    assertThat(Fates.itemsSent(next.sideband())).containsExactly("initial-0", "seed-2-0", inputId);
  }

  @Test
  void shouldNotBeToldOfItOnceItsOutputIs() {
    live.hears("conversation.item.done", completed("item_9"), called("item_9"));
    String inputId = live.sends(answer()).getInputId();
    live.hears("conversation.item.added", Fates.added(inputId));
    live.hears("response.created", Fates.started("resp_1"));
    live.hears("response.done", Fates.completed("resp_1"));
    assertThat(Fates.itemsSent(Renewing.renewed(live).sideband())).containsExactly("initial-0");
  }

  @Test
  void shouldBeToldTheRestAfterALoss() {
    says(Role.USER, "item_1", "one");
    says(Role.USER, "item_2", "two");
    Live next = Renewing.renewed(live);
    next.hears("conversation.item.added", Fates.added("initial-0"));
    next.hears("conversation.item.added", Fates.added("seed-2-0"));
    next.sideband().lose(Cause.RESET, 0);
    world.restart();
    assertThat(Fates.itemsSent(next.rejoined().sideband())).containsExactly("seed-2-1");
  }

  @Test
  void shouldForgetTheOldestFirstWhenThereIsTooMuch() {
    says(Role.USER, "item_1", "a".repeat(Seed.MAX_CHARS));
    says(Role.USER, "item_2", "b".repeat(10));
    List<String> texts = texts(Renewing.renewed(live).sideband());
    assertThat(texts).extracting(String::length).containsExactly(Seed.MAX_CHARS - 10, 10);
  }

  @Test
  void shouldKeepTheVoice() {
    Renewing.renewed(live);
    SessionOptions asked = world.provider.creates().get(1).request().session();
    assertThat(asked.getVoice()).isEqualTo("marin");
  }
}
