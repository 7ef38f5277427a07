package dev.sideband.server;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.MeterProviderModel;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.MetricReaderModel;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.OpenTelemetryConfigurationModel;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.PullMetricExporterModel;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.PullMetricExporterPropertyModel;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.PullMetricReaderModel;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Metrics as Prometheus reads them, at {@code http://127.0.0.1:PORT/metrics}. This machine's alone:
 * it asks nobody who they are.
 *
 * <p>The SDK has a server of its own for that, which does not say which port it took.
 *
 * <p><b>Threads.</b> Two of its own, {@code metrics-page-N}; metrics are read on them.
 */
final class MetricsPage implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";
  private static final String NAME = "sideband_page";
  private static final int THREADS = 2;

  private final PrometheusMetricReader reader =
      PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(THREADS, new NamedThreads("metrics-page"));
  private final HTTPServer server;

  private MetricsPage(int port) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(reader);
    server =
        HTTPServer.builder()
            .hostname(ADDRESS)
            .port(port)
            .registry(registry)
            .executorService(threads)
            .registerHealthHandler(false)
            .buildAndStart();
  }

  static MetricsPage open(int port) {
    try {
      return new MetricsPage(port);
    } catch (IOException e) {
      String key = "telemetry.metrics-port";
      BindFailures.Place place = new BindFailures.Place(key, ADDRESS, key, port, "--metrics-port");
      throw BindFailures.tryExplain(place, e)
          .orElseGet(() -> ConfigException.of(key + ": " + e.getMessage()));
    }
  }

  int port() {
    return server.getPort();
  }

  /** Has a configuration name this page among those who read its metrics. */
  static void addTo(OpenTelemetryConfigurationModel model) {
    if (model.getMeterProvider() == null) {
      var unused = model.withMeterProvider(new MeterProviderModel());
    }
    MeterProviderModel metrics = model.getMeterProvider();
    List<MetricReaderModel> readers = new ArrayList<>();
    if (metrics.getReaders() != null) {
      readers.addAll(metrics.getReaders());
    }
    PullMetricExporterModel named =
        new PullMetricExporterModel()
            .withAdditionalProperty(NAME, new PullMetricExporterPropertyModel());
    readers.add(new MetricReaderModel().withPull(new PullMetricReaderModel().withExporter(named)));
    var unused = metrics.withReaders(readers);
  }

  /** What that name stands for. */
  ComponentProvider component() {
    return new Component();
  }

  @Override
  public void close() {
    server.close();
    threads.shutdownNow();
  }

  private final class Component implements ComponentProvider {
    @Override
    public Class<?> getType() {
      return MetricReader.class;
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public Object create(DeclarativeConfigProperties unused) {
      return reader;
    }
  }
}
