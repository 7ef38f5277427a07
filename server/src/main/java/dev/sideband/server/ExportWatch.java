package dev.sideband.server;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when an exporter begins to fail, and when it works again: a line for each change, none for
 * each batch. What spans say of exceptions is made discreet on the way.
 *
 * <p><b>Threads.</b> The exporters'.
 */
final class ExportWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ExportWatch.class);

  private static final ExporterWords WORDS = new ExporterWords();

  static {
    WORDS.listen();
  }

  private final String what;
  private final AtomicBoolean failing = new AtomicBoolean();

  private ExportWatch(String what) {
    this.what = what;
  }

  static SpanExporter over(SpanExporter exporter) {
    return new Spans(exporter, new ExportWatch("spans"));
  }

  static MetricExporter over(MetricExporter exporter) {
    return new Metrics(exporter, new ExportWatch("metrics"));
  }

  static LogRecordExporter over(LogRecordExporter exporter) {
    return new Logs(exporter, new ExportWatch("log lines"));
  }

  private CompletableResultCode watch(CompletableResultCode result) {
    return result.whenComplete(() -> ended(result));
  }

  private void ended(CompletableResultCode result) {
    boolean failed = !result.isSuccess();
    if (failing.getAndSet(failed) == failed) {
      return;
    }
    if (failed) {
      LOG.warn(
          "telemetry: {} cannot be exported ({}); what the queue cannot hold is lost, calls go on",
          what,
          WORDS.reason());
    } else {
      LOG.info("telemetry: {} are exported again", what);
    }
  }

  private record Spans(SpanExporter exporter, ExportWatch watch) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return watch.watch(exporter.export(DiscreetSpan.all(spans)));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  private record Metrics(MetricExporter exporter, ExportWatch watch) implements MetricExporter {
    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      return watch.watch(exporter.export(metrics));
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return exporter.getAggregationTemporality(type);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType type) {
      return exporter.getDefaultAggregation(type);
    }

    @Override
    public MemoryMode getMemoryMode() {
      return exporter.getMemoryMode();
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  private record Logs(LogRecordExporter exporter, ExportWatch watch) implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> lines) {
      return watch.watch(exporter.export(lines));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
