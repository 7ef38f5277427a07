package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** All spans that ended and all metrics, as somebody outside the server sees them. */
final class Telescope {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetry telemetry;

  Telescope() {
    this(Sampler.alwaysOn());
  }

  Telescope(Sampler sampler) {
    telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
  }

  /** Where a server is to send them. */
  OpenTelemetry telemetry() {
    return telemetry;
  }

  List<SpanData> spans() {
    return spans.getFinishedSpanItems();
  }

  List<SpanData> spans(String name) {
    return spans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  SpanData span(String name) {
    assertThat(spans(name)).as("spans %s of %s", name, names()).hasSize(1);
    return spans(name).get(0);
  }

  List<String> names() {
    return spans().stream().map(SpanData::getName).toList();
  }

  /** How long a span was, in milliseconds. */
  static long millis(SpanData span) {
    return (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1_000_000;
  }

  Collection<MetricData> metrics() {
    return metrics.collectAllMetrics();
  }

  /** What a counter or a level says of points with such attributes, each as "key=value". */
  long count(String name, String... attributes) {
    return named(name)
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> matches(point.getAttributes(), attributes))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  /** The same of a counter of what is no whole number. */
  double sum(String name, String... attributes) {
    return named(name)
        .flatMap(metric -> metric.getDoubleSumData().getPoints().stream())
        .filter(point -> matches(point.getAttributes(), attributes))
        .mapToDouble(DoublePointData::getValue)
        .sum();
  }

  /** The points of a histogram with such attributes. */
  List<HistogramPointData> recorded(String name, String... attributes) {
    return named(name)
        .flatMap(metric -> metric.getHistogramData().getPoints().stream())
        .filter(point -> matches(point.getAttributes(), attributes))
        .toList();
  }

  /** The spans in which what a counter counts happened, since the last time that it was read. */
  List<SpanContext> exemplars(String name) {
    return named(name)
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .flatMap(point -> point.getExemplars().stream())
        .map(ExemplarData::getSpanContext)
        .toList();
  }

  private Stream<MetricData> named(String name) {
    return metrics().stream().filter(metric -> metric.getName().equals(name));
  }

  private static boolean matches(Attributes of, String... wanted) {
    List<String> all =
        of.asMap().entrySet().stream()
            .map(entry -> entry.getKey().getKey() + "=" + entry.getValue())
            .toList();
    return all.containsAll(List.of(wanted));
  }
}
