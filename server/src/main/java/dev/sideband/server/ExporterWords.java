package dev.sideband.server;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What OpenTelemetry's exporters say when they fail, each time: kept as the reason for {@link
 * ExportWatch}, which says it once, and not printed. Their results bring no reason.
 *
 * <p><b>Threads.</b> The exporters'.
 */
final class ExporterWords extends Handler {
  private static final int LONGEST = 200;
  private static final String EXPORTERS = "io.opentelemetry.exporter";
  private static final List<String> QUEUES =
      List.of(
          "io.opentelemetry.sdk.metrics.export.PeriodicMetricReader",
          "io.opentelemetry.sdk.trace.export.BatchSpanProcessor");

  /** Held, since java.util.logging forgets what was set for a logger that nobody holds. */
  private final List<Logger> queues = QUEUES.stream().map(Logger::getLogger).toList();

  private final Logger exporters = Logger.getLogger(EXPORTERS);
  private volatile @Nullable String last;

  /** From now on they are quiet. */
  void listen() {
    exporters.setUseParentHandlers(false);
    exporters.addHandler(this);
    queues.forEach(queue -> queue.setFilter(ExporterWords::isNews));
  }

  /** That an export failed is told by whoever exports; that a queue is full follows from it. */
  private static boolean isNews(LogRecord record) {
    String words = String.valueOf(record.getMessage());
    return !words.equals("Exporter failed") && !words.contains("the queue is full");
  }

  /** Why the last export that failed did. */
  String reason() {
    String words = last;
    return words == null ? "for no reason given" : words;
  }

  @Override
  public void publish(LogRecord record) {
    Throwable thrown = record.getThrown();
    String words = String.valueOf(thrown == null ? record.getMessage() : thrown.getMessage());
    last = words.substring(0, Math.min(words.length(), LONGEST)).replaceAll("\\s+", " ");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
