package dev.sideband.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Takes what OpenTelemetry exports by HTTP, as a collector would, and keeps it.
 *
 * <p><b>Threads.</b> One of its own takes; any may look.
 */
final class OtlpReceiver implements AutoCloseable {
  private static final int BAD_REQUEST = 400; // Unlike 503, nobody tries again.

  private final Queue<ExportTraceServiceRequest> traces = new ConcurrentLinkedQueue<>();
  private final Queue<ExportMetricsServiceRequest> metrics = new ConcurrentLinkedQueue<>();
  private final Queue<ExportLogsServiceRequest> logs = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toRefuse = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final HttpServer http;

  OtlpReceiver() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(thread);
    http.createContext("/v1/", this::take);
    http.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      byte[] bytes = body.readAllBytes();
      requests.incrementAndGet();
      if (toRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        exchange.sendResponseHeaders(BAD_REQUEST, -1);
        return;
      }
      keep(exchange.getRequestURI().getPath(), bytes);
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void keep(String path, byte[] bytes) throws InvalidProtocolBufferException {
    switch (path) {
      case "/v1/traces" -> traces.add(ExportTraceServiceRequest.parseFrom(bytes));
      case "/v1/metrics" -> metrics.add(ExportMetricsServiceRequest.parseFrom(bytes));
      case "/v1/logs" -> logs.add(ExportLogsServiceRequest.parseFrom(bytes));
      default -> throw new AssertionError("asked for " + path);
    }
  }

  /** The environment's word for where it is. */
  String endpoint() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Refuses the next requests, whatever they bring. */
  void refuse(int count) {
    toRefuse.set(count);
  }

  /** How many requests came, refused or not. */
  int requests() {
    return requests.get();
  }

  List<Span> spans() {
    return traces.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  List<LogRecord> logRecords() {
    return logs.stream()
        .flatMap(request -> request.getResourceLogsList().stream())
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .toList();
  }

  /** The names of all metrics, once each. */
  List<String> metricNames() {
    return metrics().map(Metric::getName).distinct().sorted().toList();
  }

  /** A histogram as it was exported, each time. */
  List<HistogramDataPoint> histogram(String name) {
    return metrics()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getHistogram().getDataPointsList().stream())
        .toList();
  }

  private Stream<Metric> metrics() {
    return metrics.stream()
        .flatMap(request -> request.getResourceMetricsList().stream())
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream());
  }

  /** Who exported, as it says. */
  Resource resource() {
    return metrics.element().getResourceMetrics(0).getResource();
  }

  /** Everything that came, as text. */
  String everything() {
    return Stream.<Queue<? extends Message>>of(traces, metrics, logs)
        .flatMap(Queue::stream)
        .map(message -> TextFormat.printer().escapingNonAscii(false).printToString(message))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    http.stop(0);
    thread.shutdownNow();
  }
}
