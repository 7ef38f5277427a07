package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.RESPONSE_COMPLETED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.USAGE_RECORDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.SessionChangedByClient;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is used has a cost, where there is a price. */
@Timeout(60)
class SpendingTest {
  private final Telescope telescope = new Telescope();
  private final SessionWorld world =
      new SessionWorld(telescope.telemetry(), 1).pricing(Costs.PRICES);

  private Live live(StartRequest request) {
    return Costs.live(world, request, "scribe");
  }

  @Test
  void shouldStampWhatWasUsedWithItsCostAndTheTotal() {
    Live live = live(webRtc());
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(3, 1)));

    assertThat(Costs.of(live)).containsExactly(25L, 8L);
    assertThat(world.last(live.id()).getUsageRecorded().getTotal())
        .isEqualTo(Costs.tokens(8, 3).setCostMicroUsd(33).build());
    assertThat(world.state(live.id()).getUsage().getCostMicroUsd()).isEqualTo(33);
    assertThat(world.stop(live.id())).isCompleted();
    assertThat(live.only(CONVERSATION_ENDED).getConversationEnded().getUsage().getCostMicroUsd())
        .isEqualTo(33);
  }

  @Test
  void shouldSayInTheResponseWhatItCost() {
    Live live = live(webRtc());
    live.hears(
        "response.done",
        RealtimeEvent.newBuilder()
            .setResponseCompleted(ResponseCompleted.newBuilder().setUsage(Costs.tokens(5, 2))),
        Costs.answered(Costs.tokens(5, 2)));
    assertThat(live.only(RESPONSE_COMPLETED).getResponseCompleted().getUsage())
        .isEqualTo(live.only(USAGE_RECORDED).getUsageRecorded().getUsage())
        .isEqualTo(Costs.tokens(5, 2).setCostMicroUsd(25).build());
  }

  @Test
  void shouldGuessNoPrice() {
    Live live =
        Costs.live(
            world, webRtc(SessionOptions.newBuilder().setModel("gpt-realtime-2").build()), "");
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(3, 1)));
    assertThat(Costs.of(live)).containsExactly(0L, 0L);
    assertThat(world.last(live.id()).getUsageRecorded().getTotal())
        .isEqualTo(Costs.tokens(8, 3).build());
  }

  @Test
  void shouldBillTheModelThatAnOverrideNames() {
    Struct overrides =
        Struct.newBuilder()
            .putFields("model", Value.newBuilder().setStringValue("scribe").build())
            .build();
    Live live = live(webRtc(SessionOptions.newBuilder().setSessionOverrides(overrides).build()));
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    assertThat(Costs.of(live)).containsExactly(14L);
    assertThat(world.state(live.id()).getModel()).isEqualTo("scribe");
  }

  @Test
  void shouldBillTheTranscriptionModelThatTheProviderNamedLast() {
    Live live = Costs.live(world, webRtc(), "other");
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(3, 1)));
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder()
            .setSessionConfigured(
                SessionConfigured.newBuilder().setSession(Costs.transcribedBy("scribe"))));
    assertThat(live.only(RealtimeEvent.PayloadCase.SESSION_CHANGED_BY_CLIENT))
        .extracting(RealtimeEvent::getSessionChangedByClient)
        .extracting(SessionChangedByClient::getSession)
        .isEqualTo(Costs.transcribedBy("scribe"));
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(3, 1)));
    assertThat(Costs.of(live)).containsExactly(0L, 8L);
  }

  @Test
  void shouldCountCostsWithTheModelThatTheyAreOf() {
    Live live = live(webRtc());
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    live.hears(
        "conversation.item.input_audio_transcription.completed",
        Costs.transcribed(Costs.tokens(3, 1)));
    String cost = "sideband.usage.cost";
    assertThat(telescope.sum(cost, "gen_ai.request.model=gpt-realtime")).isEqualTo(0.000025);
    assertThat(
            telescope.sum(
                cost, "gen_ai.request.model=scribe", "gen_ai.operation.name=transcription"))
        .isEqualTo(0.000008);
  }

  @Test
  void shouldCountNoCostThatIsNotKnown() {
    Live live = live(webRtc(SessionOptions.newBuilder().setModel("gpt-realtime-2").build()));
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    assertThat(telescope.metrics()).noneMatch(of -> of.getName().equals("sideband.usage.cost"));
  }

  @Test
  void shouldListWhatALiveConversationHasCostSoFar() {
    Live live = live(webRtc());
    assertThat(listed(live).hasUsage()).isFalse();
    live.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    assertThat(listed(live).getUsage()).isEqualTo(Costs.tokens(5, 2).setCostMicroUsd(25).build());

    live.sideband().close();
    world.restart();
    Live again = live.rejoined();
    assertThat(listed(again).getUsage().getCostMicroUsd()).isEqualTo(25);
    again.hears("response.done", Costs.answered(Costs.tokens(5, 2)));
    assertThat(listed(again).getUsage().getCostMicroUsd()).isEqualTo(50);
    assertThat(listed(again).getLive()).isTrue();

    assertThat(world.stop(again.id())).isCompleted();
    assertThat(listed(again).getUsage().getCostMicroUsd()).isEqualTo(50);
    assertThat(listed(again).getLive()).isFalse();
  }

  private ConversationSummary listed(Live live) {
    var all = ListRequest.getDefaultInstance();
    List<ConversationSummary> found =
        world
            .settled(world.conversations.list(SessionWorld.ALICE, all))
            .toCompletableFuture()
            .join()
            .getConversationsList();
    assertThat(found)
        .extracting(ConversationSummary::getConversationId)
        .containsExactly(live.id().toString());
    return found.get(0);
  }

  @Test
  void shouldKeepCostsWhenPricesChange() {
    Live live = live(webRtc());
    live.hears("response.done", Costs.answered(Costs.tokens(30, 0)));
    live.sideband().close();
    Map<String, ModelPrice> dearer = new HashMap<>(Costs.PRICES.byModel());
    dearer.put("gpt-realtime", Costs.price("100", "100"));
    world.pricing(new Prices(dearer)).restart();
    Live again = live.rejoined();
    assertThat(world.state(live.id()).getUsage().getCostMicroUsd()).isEqualTo(30);
    again.hears("response.done", Costs.answered(Costs.tokens(1, 0)));
    assertThat(Costs.of(live)).containsExactly(30L, 100L);
  }
}
