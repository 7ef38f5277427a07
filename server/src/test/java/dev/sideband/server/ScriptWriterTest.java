package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.sideband.server.provider.loopback.LoopbackScript.Line;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.InputRejected;
import dev.sideband.v1.InputSent;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.ItemDeleted;
import dev.sideband.v1.ItemRetrieved;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.SidebandRejoined;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of the provider's messages answered which command, as the events of a call tell it. */
class ScriptWriterTest {
  private static final String INPUT = "0123456789abcdef0123456789abcdef";

  private final ScriptWriter writer = new ScriptWriter(new Speed(2));
  private long seconds = 1_800_000_000L;

  private void decided(RealtimeEvent.Builder event) {
    writer.take(event.setTime(Timestamps.fromSeconds(seconds)).build(), "");
  }

  private void said(String what, RealtimeEvent.Builder event) {
    String json = "{\"said\":\"" + what + "\"}";
    writer.take(event.setTime(Timestamps.fromSeconds(seconds)).build(), json);
  }

  private static RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder();
  }

  private void accepted(Input input) {
    decided(event().setInputAccepted(InputAccepted.newBuilder().setInputId(INPUT).setInput(input)));
  }

  private void sent() {
    decided(event().setInputSent(InputSent.newBuilder().setInputId(INPUT)));
  }

  private void acknowledged() {
    decided(event().setInputAcknowledged(InputAcknowledged.newBuilder().setInputId(INPUT)));
  }

  private static RealtimeEvent.Builder item(String id) {
    return event().setItemAdded(ItemAdded.newBuilder().setItem(Item.newBuilder().setId(id)));
  }

  private static RealtimeEvent.Builder responseStarted() {
    return event().setResponseStarted(ResponseStarted.getDefaultInstance());
  }

  private static RealtimeEvent.Builder configured() {
    return event().setSessionConfigured(SessionConfigured.getDefaultInstance());
  }

  private List<Line> lines() {
    return writer.calls().get(0);
  }

  private List<String> awaited() {
    return lines().stream().map(Line::awaits).toList();
  }

  @Test
  void shouldAwaitTheItemAndTheResponseThatATextAskedFor() {
    accepted(Requests.asking("hello"));
    sent();
    said("item", item(INPUT));
    acknowledged();
    said("done", event());
    said("response", responseStarted());

    assertThat(awaited()).containsExactly("conversation.item.create", "", "response.create");
    assertThat(lines().get(0).clientId()).isEqualTo(INPUT);
  }

  @Test
  void shouldAwaitNothingWhenTheProviderSpokeByItself() {
    said("item", item("item_of_speech"));
    said("response", responseStarted());
    said("done", event().setResponseCompleted(ResponseCompleted.getDefaultInstance()));

    assertThat(awaited()).containsOnly("");
  }

  @Test
  void shouldAwaitTheSessionOnceWhenTheSidebandWasRejoined() {
    said("session", configured());
    said("initial", item("initial-0"));
    decided(event().setSidebandLost(SidebandLost.getDefaultInstance()));
    said("again", configured());

    assertThat(awaited()).containsExactly("session.update", "conversation.item.create");
  }

  @Test
  void shouldLeaveOutWhatWasAskedToRepairAGap() {
    said("session", configured());
    decided(event().setSidebandLost(SidebandLost.getDefaultInstance()));
    decided(event().setSidebandRejoined(SidebandRejoined.newBuilder().setWillRepair(true)));
    said("marker", item("probe-1-2"));
    said("looked up", event().setItemRetrieved(ItemRetrieved.getDefaultInstance()));
    decided(event().setGapRepaired(GapRepaired.getDefaultInstance()));
    said("gone", event().setItemDeleted(ItemDeleted.newBuilder().setItemId("probe-1-2")));
    said("wanted", event().setItemRetrieved(ItemRetrieved.getDefaultInstance()));

    assertThat(writer.calls().get(0))
        .extracting(Line::json)
        .hasSize(2)
        .last()
        .asString()
        .contains("wanted");
  }

  @Test
  void shouldBeACallEachWhenTheConversationWasRenewed() {
    said("session", configured().setCall(1));
    said("session of the next", configured().setCall(2));
    said("late", event().setCall(1));

    assertThat(writer.calls())
        .extracting(call -> call.stream().map(Line::awaits).toList())
        .containsExactly(List.of("session.update", ""), List.of("session.update"));
  }

  @Test
  void shouldAwaitTheCommandThatWasRefused() {
    accepted(Requests.text("hello"));
    sent();
    said(
        "error",
        event().setErrorOccurred(ErrorOccurred.newBuilder().setInputId(INPUT).setMessage("no")));
    decided(event().setInputRejected(InputRejected.newBuilder().setInputId(INPUT)));

    assertThat(awaited()).containsExactly("conversation.item.create");
  }

  @Test
  void shouldNotTakeAFailureOfOursForAnAnswer() {
    accepted(Requests.text("hello"));
    said("something", event().setItemDeleted(ItemDeleted.getDefaultInstance()));
    decided(event().setErrorOccurred(ErrorOccurred.newBuilder().setInputId(INPUT)));
    decided(event().setInputRejected(InputRejected.newBuilder().setInputId(INPUT)));

    assertThat(awaited()).containsExactly("");
  }

  @Test
  void shouldAwaitAnotherResponseWhenTheFirstWasRefusedAsActive() {
    accepted(Requests.asking("hello"));
    sent();
    said("theirs", responseStarted());
    said(
        "refused",
        event().setErrorOccurred(ErrorOccurred.newBuilder().setCode(ErrorCode.RESPONSE_ACTIVE)));
    said("done", event().setResponseCompleted(ResponseCompleted.getDefaultInstance()));
    said("ours", responseStarted());

    assertThat(awaited()).containsExactly("response.create", "", "", "response.create");
  }

  @Test
  void shouldKeepTheDistancesAndLeaveOutWhatIsNoMessage() {
    said("one", event());
    seconds += 3;
    writer.take(event().setTime(Timestamps.fromSeconds(seconds)).build(), "{\"cut\": \"in the mi");
    seconds += 1;
    said("two", event());

    assertThat(lines())
        .extracting(Line::after)
        .containsExactly(Duration.ZERO, Duration.ofSeconds(2));
  }
}
