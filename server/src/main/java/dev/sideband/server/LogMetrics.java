package dev.sideband.server;

import dev.sideband.server.log.WriteListener;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;

/**
 * What the log does, as metrics: the log knows none.
 *
 * <p><b>Threads.</b> Writes are told by the log writer; space is asked for by whoever collects.
 */
final class LogMetrics implements WriteListener, AutoCloseable {
  private static final double NANOS = 1e9;

  // From a page cache's write to a disk in trouble.
  private static final List<Double> SECONDS =
      List.of(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0);
  private static final List<Long> EVENTS =
      List.of(1L, 2L, 5L, 10L, 20L, 50L, 100L, 200L, 500L, 1_000L, 2_000L, 5_000L);

  private final LongCounter events;
  private final LongCounter bytes;
  private final LongHistogram batchSize;
  private final DoubleHistogram syncDuration;
  private final ObservableLongGauge freeSpace;
  private final ObservableLongGauge readOnly;

  private LogMetrics(Meter meter, RocksDbEventLog log) {
    events =
        meter
            .counterBuilder("sideband.log.events")
            .setUnit("{event}")
            .setDescription("Events appended")
            .build();
    bytes =
        meter
            .counterBuilder("sideband.log.append.bytes")
            .setUnit("By")
            .setDescription("Bytes of events appended, private parts included")
            .build();
    batchSize =
        meter
            .histogramBuilder("sideband.log.batch.size")
            .ofLongs()
            .setUnit("{event}")
            .setDescription("Events written at once")
            .setExplicitBucketBoundariesAdvice(EVENTS)
            .build();
    syncDuration =
        meter
            .histogramBuilder("sideband.log.sync.duration")
            .setUnit("s")
            .setDescription("From a batch's write until it is safe")
            .setExplicitBucketBoundariesAdvice(SECONDS)
            .build();
    freeSpace =
        meter
            .gaugeBuilder("sideband.log.free_space")
            .ofLongs()
            .setUnit("By")
            .setDescription("Free on the data folder's disk")
            .buildWithCallback(now -> now.record(log.freeBytes()));
    readOnly =
        meter
            .gaugeBuilder("sideband.log.read_only")
            .ofLongs()
            .setUnit("1")
            .setDescription("1 while the log takes no events for want of space")
            .buildWithCallback(now -> now.record(log.isWritable() ? 0 : 1));
  }

  /** Watches a log until this is closed, which must be before the log is. */
  static LogMetrics of(Meter meter, RocksDbEventLog log) {
    LogMetrics metrics = new LogMetrics(meter, log);
    log.watch(metrics);
    return metrics;
  }

  @Override
  public void onWritten(Written written) {
    events.add(written.events());
    bytes.add(written.bytes());
    batchSize.record(written.events());
    syncDuration.record(written.took().toNanos() / NANOS);
  }

  @Override
  public void close() {
    freeSpace.close();
    readOnly.close();
  }
}
