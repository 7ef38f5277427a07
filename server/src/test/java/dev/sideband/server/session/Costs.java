package dev.sideband.server.session;

import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is used in a {@link SessionWorld}, and what it costs there. */
final class Costs {
  /**
   * A token of input costs a millionth of a dollar, of output ten; one that is transcribed two, one
   * way or the other.
   */
  static final Prices PRICES =
      new Prices(Map.of("gpt-realtime", price("1", "10"), "scribe", price("2", "2")));

  private Costs() {}

  /** Of text and of audio. */
  static ModelPrice price(String input, String output) {
    Rates said = rates(input, output);
    return new ModelPrice(said, said, Rates.NONE, Optional.empty());
  }

  static Rates rates(String input, String output) {
    return new Rates(
        Optional.of(new BigDecimal(input)), Optional.empty(), Optional.of(new BigDecimal(output)));
  }

  static Usage.Builder tokens(long input, long output) {
    return Usage.newBuilder().setInputTokens(input).setOutputTokens(output);
  }

  static RealtimeEvent.Builder answered(Usage.Builder usage) {
    return RealtimeEvent.newBuilder()
        .setUsageRecorded(UsageRecorded.newBuilder().setResponseId("resp_1").setUsage(usage));
  }

  static RealtimeEvent.Builder transcribed(Usage.Builder usage) {
    return RealtimeEvent.newBuilder()
        .setUsageRecorded(UsageRecorded.newBuilder().setItemId("item_1").setUsage(usage));
  }

  static EffectiveSession transcribedBy(String model) {
    return EffectiveSession.newBuilder().setTranscriptionModel(model).build();
  }

  /** A conversation that the provider says such a model transcribes. */
  static Live live(SessionWorld world, StartRequest request, String transcriptionModel) {
    Live live = world.joined(request);
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder()
            .setSessionConfigured(
                SessionConfigured.newBuilder().setSession(transcribedBy(transcriptionModel))));
    return live;
  }

  /** Of each usage that a conversation recorded. */
  static List<Long> of(Live live) {
    return live.world().events(live.id()).stream()
        .filter(RealtimeEvent::hasUsageRecorded)
        .map(event -> event.getUsageRecorded().getUsage().getCostMicroUsd())
        .toList();
  }
}
