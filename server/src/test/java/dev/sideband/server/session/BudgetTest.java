package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.failure;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.USAGE_RECORDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sideband.server.ExpectWarning;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Limits;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A conversation ends with its budget, and one that could not be kept is not promised. */
@Timeout(60)
class BudgetTest {
  private static final String REQUEST = "0192d3a4-0000-7000-8000-000000000001";

  private final SessionWorld world = new SessionWorld().pricing(Costs.PRICES);

  private Live live(StartRequest request) {
    return Costs.live(world, request, "scribe");
  }

  private static StartRequest budget(long microUsd) {
    return budget(microUsd, SessionOptions.getDefaultInstance());
  }

  private static StartRequest budget(long microUsd, SessionOptions options) {
    return webRtc(options).toBuilder()
        .setLimits(Limits.newBuilder().setBudgetMicroUsd(microUsd))
        .build();
  }

  private void requireEnded(Live live, EndReason reason) {
    assertThat(live.story()).containsOnlyOnce(CONVERSATION_ENDING).endsWith(CONVERSATION_ENDED);
    assertThat(world.last(live.id()).getConversationEnded().getReason()).isEqualTo(reason);
  }

  @Test
  void shouldEndWhenTheBudgetIsReachedAndNotBefore() {
    Live live = live(budget(50));
    live.hears("response.done", Costs.answered(Costs.tokens(29, 2)));
    assertThat(live.story()).doesNotContain(CONVERSATION_ENDING);
    live.hears("response.done", Costs.answered(Costs.tokens(1, 0)));
    requireEnded(live, EndReason.BUDGET);
    assertThat(world.last(live.id()).getConversationEnded().getUsage().getCostMicroUsd())
        .isEqualTo(50);
  }

  @Test
  void shouldTellAllOfAMessageBeforeItEnds() {
    Live live = live(budget(50));
    live.hears(
        "response.done", Costs.answered(Costs.tokens(60, 0)), Costs.answered(Costs.tokens(1, 0)));
    assertThat(live.storyAfter(live.only(CONVERSATION_ENDING).getSequence()))
        .doesNotContain(USAGE_RECORDED);
    assertThat(Costs.of(live)).containsExactly(60L, 1L);
  }

  @Test
  void shouldCountWhatWasUsedBeforeARestart() {
    Live live = live(budget(50));
    live.hears("response.done", Costs.answered(Costs.tokens(30, 0)));
    live.sideband().close();
    world.restart();
    Live again = live.rejoined();
    again.hears("response.done", Costs.answered(Costs.tokens(19, 0)));
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
    again.hears("response.done", Costs.answered(Costs.tokens(1, 0)));
    requireEnded(live, EndReason.BUDGET);
  }

  @Test
  @ExpectWarning("its budget takes the dearest price for what model gpt-realtime used")
  void shouldTakeWhatHasNoPriceAtTheDearestThatThereIs() {
    Live live = live(budget(50));
    live.hears("response.done", Costs.answered(Costs.tokens(5, 1).setInputImageTokens(4)));
    assertThat(Costs.of(live)).containsExactly(4 * 2L + 1 + 10);
    live.hears("response.done", Costs.answered(Costs.tokens(16, 0).setInputImageTokens(16)));
    requireEnded(live, EndReason.BUDGET);
  }

  @Test
  @ExpectWarning("its budget takes the dearest price for what model dear-2 used")
  void shouldNotBeEscapedByAnotherTranscriptionModel() {
    Live live = Costs.live(world, budget(50), "dear-2");
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(25, 0)));
    requireEnded(live, EndReason.BUDGET);
  }

  @Test
  @ExpectWarning("its budget does not count what model gpt-realtime used")
  void shouldWarnOnceWhenABudgetCannotBeKeptAnyMore() {
    Live live = live(budget(50));
    live.sideband().close();
    world.pricing(Prices.NONE).restart();
    Live again = live.rejoined();
    again.hears("response.done", Costs.answered(Costs.tokens(99, 0)));
    again.hears("response.done", Costs.answered(Costs.tokens(99, 0)));
    assertThat(again.story()).doesNotContain(CONVERSATION_ENDING);
  }

  private void shouldRefuse(StartRequest request, String message) {
    SessionException refused = failure(world.start(request).answer());
    assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(refused).hasMessage("limits.budget_micro_usd: " + message);
    assertThat(refused.metadata()).containsEntry("field", "limits.budget_micro_usd");
    assertThat(world.provider.creates()).isEmpty();
  }

  @Test
  void shouldRefuseABudgetThatItCouldNotKeep() {
    shouldRefuse(
        budget(50, SessionOptions.newBuilder().setModel("dear-1").build()),
        "cannot be kept, since this server knows no price of model dear-1 (expected: 0, or a price"
            + " in its session.prices-file)");
    shouldRefuse(
        budget(50, SessionOptions.newBuilder().setModel("a\nb").build()),
        "cannot be kept, since this server knows no price of a model of that name (expected: 0, or"
            + " a price in its session.prices-file)");
    shouldRefuse(budget(-1), "too large (expected: less than 2^63)");
  }

  @Test
  void shouldRefuseABudgetThatTheVoiceWouldEscape() {
    ModelPrice written =
        new ModelPrice(Costs.rates("1", "10"), Rates.NONE, Rates.NONE, Optional.empty());
    world.pricing(new Prices(Map.of("gpt-realtime", written)));
    shouldRefuse(
        budget(50),
        "cannot be kept, since this server knows no price of input and output, both as text and as"
            + " audio, of model gpt-realtime (expected: 0, or a price in its session.prices-file)");
  }

  @Test
  void shouldRefuseABudgetThatTranscriptionsWouldEscape() {
    world.pricing(new Prices(Map.of("gpt-realtime", Costs.price("1", "10"))));
    shouldRefuse(
        budget(50),
        "cannot be kept, since this server knows no price of model scribe (expected: 0, or a price"
            + " in its session.prices-file, or session.input_transcription.disabled)");
    SessionOptions.Builder silent = SessionOptions.newBuilder();
    silent.getInputTranscriptionBuilder().setDisabled(true);
    assertThat(Costs.live(world, budget(50, silent.build()), "").story())
        .doesNotContain(CONVERSATION_ENDING);
    assertThat(
            world
                .start(
                    SessionWorld.webSocket().toBuilder()
                        .setLimits(Limits.newBuilder().setBudgetMicroUsd(50))
                        .build())
                .answer())
        .isCompleted();
  }

  @Test
  void shouldRefuseABudgetForATranscriptionModelThatAnOverrideNames() {
    Value dear = Value.newBuilder().setStringValue("dear-2").build();
    Struct overrides = within("audio", within("input", within("transcription", of("model", dear))));
    shouldRefuse(
        budget(50, SessionOptions.newBuilder().setSessionOverrides(overrides).build()),
        "cannot be kept, since this server knows no price of model dear-2 (expected: 0, or a price"
            + " in its session.prices-file, or session.input_transcription.disabled)");
  }

  private static Struct within(String member, Struct inner) {
    return of(member, Value.newBuilder().setStructValue(inner).build());
  }

  private static Struct of(String member, Value value) {
    return Struct.newBuilder().putFields(member, value).build();
  }

  @Test
  void shouldAnswerARepeatedStartThoughItsPriceIsGone() {
    StartRequest request = budget(50).toBuilder().setRequestId(REQUEST).build();
    Live live = live(request);
    live.sideband().close();
    world.pricing(Prices.NONE).restart();
    live.rejoined();
    assertThat(SessionWorld.get(world.start(request).answer()).getConversationId())
        .isEqualTo(live.id().toString());
  }
}
