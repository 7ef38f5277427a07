package dev.sideband.server;

import dev.sideband.server.fanout.EventRing;
import dev.sideband.server.fanout.FanOutFigures;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.Locale;

/**
 * How the fan-out does, as metrics: the fan-out knows none. It is looked at once for each
 * collection, and costs nothing in between.
 *
 * <p><b>Threads.</b> Whoever collects.
 */
final class FanOutMetrics implements AutoCloseable {
  private static final AttributeKey<String> STATE = AttributeKey.stringKey("sideband.state");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("sideband.reason");
  private static final Attributes LIVE = Attributes.of(STATE, "live");
  private static final Attributes CATCHING_UP = Attributes.of(STATE, "catching_up");

  private final EventRing ring;
  private final ObservableLongMeasurement ringEvents;
  private final ObservableLongMeasurement ringCapacity;
  private final ObservableLongMeasurement subscribers;
  private final ObservableLongMeasurement lag;
  private final ObservableLongMeasurement delivered;
  private final ObservableLongMeasurement fellBehind;
  private final ObservableLongMeasurement dropped;
  private final ObservableLongMeasurement droppedFrames;
  private final ObservableLongMeasurement refused;
  private final BatchCallback looking;

  private FanOutMetrics(Meter meter, EventRing ring) {
    this.ring = ring;
    ringEvents = level(meter, "sideband.ring.events", "{event}", "Published, and not yet offered");
    ringCapacity = level(meter, "sideband.ring.capacity", "{event}", "The most of them");
    subscribers = level(meter, "sideband.subscribers", "{subscriber}", "Open, by state");
    lag = level(meter, "sideband.subscriber.lag", "{event}", "How far the slowest is behind");
    delivered = total(meter, "sideband.subscriber.delivered", "By", "Bytes that they took");
    fellBehind =
        total(meter, "sideband.subscriber.fell_behind", "{fall}", "Live ones back to the log");
    dropped = total(meter, "sideband.subscriber.dropped", "{subscriber}", "Whose signal failed");
    droppedFrames =
        total(meter, "sideband.subscriber.dropped_frames", "{frame}", "Live audio not taken");
    refused = total(meter, "sideband.subscriber.refused", "{subscriber}", "Not served, by reason");
    looking =
        meter.batchCallback(
            this::look,
            ringEvents,
            ringCapacity,
            subscribers,
            lag,
            delivered,
            fellBehind,
            dropped,
            droppedFrames,
            refused);
  }

  /** Watches a ring until this is closed. */
  static FanOutMetrics of(Meter meter, EventRing ring) {
    return new FanOutMetrics(meter, ring);
  }

  private static ObservableLongMeasurement level(
      Meter meter, String name, String unit, String what) {
    return meter.gaugeBuilder(name).ofLongs().setUnit(unit).setDescription(what).buildObserver();
  }

  private static ObservableLongMeasurement total(
      Meter meter, String name, String unit, String what) {
    return meter.counterBuilder(name).setUnit(unit).setDescription(what).buildObserver();
  }

  private void look() {
    FanOutFigures now = ring.figures();
    ringEvents.record(now.ringEvents());
    ringCapacity.record(now.ringSlots());
    subscribers.record(now.live(), LIVE);
    subscribers.record(now.catchingUp(), CATCHING_UP);
    lag.record(now.mostBehind());
    delivered.record(now.deliveredBytes());
    fellBehind.record(now.fellBehind());
    dropped.record(now.droppedSubscribers());
    droppedFrames.record(now.droppedAudioFrames());
    now.refused()
        .forEach(
            (reason, count) ->
                refused.record(
                    count, Attributes.of(REASON, reason.name().toLowerCase(Locale.ROOT))));
  }

  @Override
  public void close() {
    looking.close();
  }
}
