package dev.sideband.server;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.OpenTelemetryConfigurationModel;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenTelemetry as its configuration file says, or metrics alone; and what is told to it besides
 * the rooms' own: calls, the JVM, the log.
 *
 * <p><b>Threads.</b> The SDK's own, all daemons. Its queues drop what does not fit.
 */
final class TelemetrySdk {
  private static final Logger LOG = LoggerFactory.getLogger(TelemetrySdk.class);
  private static final long FLUSH_SECONDS = 5;

  /** Which names the instrumentation gives; it reads this once, when it is loaded. */
  private static final String CONVENTIONS = "otel.semconv-stability.opt-in";

  private TelemetrySdk() {}

  static Telemetry open(ServerConfig.Telemetry config) {
    Closing closing = new Closing();
    try {
      return open(config, closing);
    } catch (RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static Telemetry open(ServerConfig.Telemetry config, Closing closing) {
    TelemetryFile file = config.otel().map(TelemetryFile::read).orElseGet(TelemetryFile::ours);
    OpenTelemetryConfigurationModel model = file.model();
    Optional<MetricsPage> page =
        config.metricsPort().stream().mapToObj(MetricsPage::open).findFirst();
    if (page.isPresent()) {
      closing.add("metrics page", page.get());
      MetricsPage.addTo(model);
    }
    OpenTelemetrySdk sdk = file.create(new TelemetryComponents(page));
    closing.add("telemetry", () -> shutDown(sdk));
    OpenTelemetry api = model.getTracerProvider() == null ? new Untraced(sdk) : sdk;
    closing.add("JVM metrics", RuntimeTelemetry.create(api));
    if (model.getLoggerProvider() != null) {
      closing.add("log bridge", LogBridge.open(api));
    }
    OptionalInt port = page.map(MetricsPage::port).map(OptionalInt::of).orElse(OptionalInt.empty());
    return new Telemetry(api, Optional.of(observer(api)), port, closing);
  }

  /** Without a span event for each message: a stream has them by the thousand. */
  private static ServerInterceptor observer(OpenTelemetry api) {
    if (System.getProperty(CONVENTIONS) == null) {
      System.setProperty(CONVENTIONS, "rpc");
    }
    return GrpcTelemetry.builder(api).setEmitMessageEvents(false).build().createServerInterceptor();
  }

  private static void shutDown(OpenTelemetrySdk sdk) {
    if (!sdk.shutdown().join(FLUSH_SECONDS, SECONDS).isDone()) {
      LOG.warn("telemetry: not all was exported within {} s; the rest is lost", FLUSH_SECONDS);
    }
  }

  /** Makes no spans: a tracer that nobody configured would record them for nobody. */
  private record Untraced(OpenTelemetrySdk sdk) implements OpenTelemetry {
    @Override
    public TracerProvider getTracerProvider() {
      return TracerProvider.noop();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return sdk.getMeterProvider();
    }

    @Override
    public LoggerProvider getLogsBridge() {
      return sdk.getLogsBridge();
    }

    @Override
    public ContextPropagators getPropagators() {
      return sdk.getPropagators();
    }
  }
}
