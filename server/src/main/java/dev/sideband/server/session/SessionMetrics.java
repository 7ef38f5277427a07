package dev.sideband.server.session;

import dev.sideband.v1.ConversationState.Phase;
import dev.sideband.v1.ConversationState.SidebandPhase;
import dev.sideband.v1.ErrorCode;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.List;

/**
 * The instruments of all sessions, by what they count.
 *
 * <p>No conversation, no id and no word of anybody's is an attribute: what there is of each is one
 * of few.
 *
 * <p><b>Threads.</b> Any.
 */
final class SessionMetrics {
  private static final double NANOS = 1e9;

  /** 1 ms to 10 s. */
  private static final List<Double> SECONDS =
      List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0);

  private final LongCounter starts;
  private final DoubleHistogram startDuration;
  private final DoubleHistogram stageDuration;
  private final DoubleHistogram milestoneDuration;
  private final LongUpDownCounter live;
  private final LongUpDownCounter sidebands;
  private final LongCounter ended;
  private final LongCounter lost;
  private final LongCounter rejoins;
  private final DoubleHistogram rejoinDuration;
  private final LongCounter renewals;
  private final LongCounter hangUps;
  private final LongCounter inputs;
  private final LongCounter droppedFrames;
  private final LongCounter errors;
  private final UsageMetrics usage;

  SessionMetrics(Meter meter) {
    starts = counter(meter, "sideband.starts", "{start}", "Starts, by what came of them");
    startDuration =
        seconds(meter, "sideband.start.duration", "From a Start's arrival to its outcome");
    stageDuration = seconds(meter, "sideband.start.stage.duration", "Each stage of a start");
    milestoneDuration =
        seconds(
            meter,
            "sideband.start.milestone.duration",
            "From a start to what followed it; the client's by the client's clock");
    live = level(meter, "sideband.conversations.live", "{conversation}", "Not yet ended, by phase");
    sidebands = level(meter, "sideband.sidebands", "{sideband}", "Of live ones, by state");
    ended = counter(meter, "sideband.conversations.ended", "{conversation}", "By reason");
    lost = counter(meter, "sideband.sideband.lost", "{sideband}", "Lost, by cause");
    rejoins = counter(meter, "sideband.sideband.rejoins", "{rejoin}", "What came of losses");
    rejoinDuration =
        seconds(meter, "sideband.sideband.rejoin.duration", "From a loss until it was back");
    renewals = counter(meter, "sideband.renewals", "{renewal}", "Renewals, by outcome");
    hangUps = counter(meter, "sideband.hang_ups", "{call}", "Calls that were over, by hang-up");
    inputs = counter(meter, "sideband.inputs", "{input}", "Inputs, each time they met a fate");
    droppedFrames =
        counter(meter, "sideband.audio.dropped_frames", "{frame}", "Audio that found no room");
    errors = counter(meter, "sideband.provider.errors", "{error}", "What providers refused");
    usage = new UsageMetrics(meter);
  }

  private static LongCounter counter(Meter meter, String name, String unit, String what) {
    return meter.counterBuilder(name).setUnit(unit).setDescription(what).build();
  }

  private static LongUpDownCounter level(Meter meter, String name, String unit, String what) {
    return meter.upDownCounterBuilder(name).setUnit(unit).setDescription(what).build();
  }

  private static DoubleHistogram seconds(Meter meter, String name, String what) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(what)
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }

  /** A Start was answered, this long after it came. */
  void answered(long nanos, Context trace) {
    Attributes outcome = Attributes.of(Attribute.OUTCOME, "answered");
    starts.add(1, outcome, trace);
    startDuration.record(nanos / NANOS, outcome, trace);
  }

  /** A Start that began a conversation has no answer, this long after it came. */
  void startFailed(ErrorCode code, long nanos, Context trace) {
    Attributes outcome = failed(code);
    starts.add(1, outcome, trace);
    startDuration.record(nanos / NANOS, outcome, trace);
  }

  /** A Start came to nothing before it began a conversation. */
  void startRefused(ErrorCode code) {
    starts.add(
        1,
        ErrorCodes.isForItsCaller(code)
            ? Attributes.of(Attribute.OUTCOME, "refused", Attribute.ERROR, code.name())
            : failed(code));
  }

  private static Attributes failed(ErrorCode code) {
    return Attributes.of(Attribute.OUTCOME, "failed", Attribute.ERROR, code.name());
  }

  /**
   * A stage of a start is over.
   *
   * @param error why, if it failed; else empty
   */
  void stage(String stage, String error, long nanos, Context trace) {
    AttributesBuilder attributes = Attributes.builder().put(Attribute.STAGE, stage);
    if (!error.isEmpty()) {
      attributes.put(Attribute.ERROR, error);
    }
    stageDuration.record(nanos / NANOS, attributes.build(), trace);
  }

  void milestone(String milestone, long nanos, Context trace) {
    milestoneDuration.record(nanos / NANOS, Attributes.of(Attribute.MILESTONE, milestone), trace);
  }

  void live(Phase phase, int more) {
    live.add(more, Attributes.of(Attribute.PHASE, Attribute.value(phase)));
  }

  void sidebands(SidebandPhase state, int more) {
    sidebands.add(more, Attributes.of(Attribute.STATE, Attribute.value(state)));
  }

  void ended(Enum<?> reason) {
    ended.add(1, Attributes.of(Attribute.REASON, Attribute.value(reason)));
  }

  void lost(Enum<?> cause) {
    lost.add(1, Attributes.of(Attribute.CAUSE, Attribute.value(cause)));
  }

  void rejoin(Enum<?> cause, String outcome) {
    rejoins.add(
        1, Attributes.of(Attribute.CAUSE, Attribute.value(cause), Attribute.OUTCOME, outcome));
  }

  void rejoined(long nanos, Context trace) {
    rejoinDuration.record(nanos / NANOS, Attributes.empty(), trace);
  }

  void renewed() {
    renewals.add(1, Attributes.of(Attribute.OUTCOME, "renewed"));
  }

  void renewalFailed(ErrorCode code) {
    renewals.add(1, failed(code));
  }

  void hangUp(Enum<?> outcome) {
    hangUps.add(1, Attributes.of(Attribute.OUTCOME, Attribute.value(outcome)));
  }

  void input(String kind, String fate) {
    inputs.add(1, Attributes.of(Attribute.KIND, kind, Attribute.FATE, fate));
  }

  void droppedAudio(Enum<?> direction, long frames) {
    droppedFrames.add(frames, Attributes.of(Attribute.DIRECTION, Attribute.value(direction)));
  }

  void error(ErrorCode code, Enum<?> severity) {
    errors.add(
        1,
        Attributes.of(Attribute.ERROR, code.name(), Attribute.SEVERITY, Attribute.value(severity)));
  }

  UsageMetrics usage() {
    return usage;
  }
}
