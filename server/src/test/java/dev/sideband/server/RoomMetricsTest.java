package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.fanout.Delivery;
import dev.sideband.server.fanout.EventRing;
import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What log and fan-out count, as instruments. */
class RoomMetricsTest {
  private static final ConversationId TALK = new ConversationId(new UUID(1, 1));

  private final InMemoryMetricReader reader = InMemoryMetricReader.create();
  private final Meter meter =
      SdkMeterProvider.builder().registerMetricReader(reader).build().get("test");
  private final Closing closing = new Closing();
  private final EventRing ring =
      closing.add("ring", new EventRing(10, new NamedThreads("event-fanout")));
  private final RocksDbEventLog log;

  RoomMetricsTest(@TempDir Path folder) {
    log =
        closing.add(
            "log",
            RocksDbEventLog.open(
                new RocksDbConfig(folder, true, 0, 100, RocksDbConfig.LEAST_QUEUE_BYTES),
                ring,
                failure -> {
                  throw new AssertionError(failure);
                },
                new NamedThreads("log-writer")));
    closing.add("fan-out metrics", FanOutMetrics.of(meter, ring));
    closing.add("log metrics", LogMetrics.of(meter, log));
  }

  @AfterEach
  void close() {
    closing.close();
    assertThat(reader.collectAllMetrics())
        .as("looked at after the end")
        .noneMatch(metric -> metric.getName().startsWith("sideband.subscriber"));
  }

  private void append(String... events) throws InterruptedException {
    CountDownLatch written = new CountDownLatch(1);
    List<LogEntry> entries =
        Stream.of(events)
            .map(text -> new LogEntry(text.getBytes(UTF_8), LogEntry.NOTHING))
            .toList();
    log.append(
        new Append(
            TALK,
            log.epoch(),
            0,
            entries,
            new Lifecycle.Starts("alice", Instant.EPOCH),
            fate -> written.countDown()));
    assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private MetricData metric(String name) {
    return reader.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private long gauge(String name) {
    return metric(name).getLongGaugeData().getPoints().iterator().next().getValue();
  }

  private long sum(String name) {
    return metric(name).getLongSumData().getPoints().iterator().next().getValue();
  }

  @Test
  void shouldCountWhatTheLogWrites() throws Exception {
    append("one", "two");
    assertThat(sum("sideband.log.events")).isEqualTo(2);
    assertThat(sum("sideband.log.append.bytes")).isEqualTo(6);
    var batch = metric("sideband.log.batch.size").getHistogramData().getPoints().iterator().next();
    assertThat(batch.getSum()).isEqualTo(2);
    var sync =
        metric("sideband.log.sync.duration").getHistogramData().getPoints().iterator().next();
    assertThat(sync.getCount()).isEqualTo(1);
    assertThat(metric("sideband.log.sync.duration").getUnit()).isEqualTo("s");
    assertThat(gauge("sideband.log.free_space")).isPositive();
    assertThat(gauge("sideband.log.read_only")).isZero();
  }

  @Test
  void shouldShowSubscribersByState() throws Exception {
    append("one");
    var subscription =
        new FanOut(ring, log).subscribe(new FanOut.Reader("alice", false), TALK, 0, true, () -> {});
    AttributeKey<String> state = AttributeKey.stringKey("sideband.state");
    assertThat(metric("sideband.subscribers").getLongGaugeData().getPoints())
        .filteredOn(point -> "catching_up".equals(point.getAttributes().get(state)))
        .allMatch(point -> point.getValue() == 1)
        .hasSize(1);
    assertThat(subscription.tryNext()).isInstanceOf(Delivery.Events.class);
    assertThat(sum("sideband.subscriber.delivered")).isGreaterThanOrEqualTo("one".length());
    assertThat(gauge("sideband.ring.capacity")).isEqualTo(4_096);
    assertThat(gauge("sideband.subscriber.lag")).isZero();
    subscription.close();
    assertThat(metric("sideband.subscribers").getLongGaugeData().getPoints())
        .allMatch(point -> point.getValue() == 0);
  }
}
