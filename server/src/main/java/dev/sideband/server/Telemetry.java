package dev.sideband.server;

import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whom the server tells what it does. Nobody by default: then spans are never made, calls are not
 * observed, and nothing of OpenTelemetry but its API is ever loaded.
 *
 * <p>Whatever becomes of what was told, the server does not notice: it waits for no exporter, and
 * what an exporter cannot take is dropped.
 *
 * <p><b>Threads.</b> Any may tell. Opened and closed by one; closed after the server, so that its
 * last spans are out.
 */
public final class Telemetry implements AutoCloseable {
  private final OpenTelemetry api;
  private final Optional<ServerInterceptor> observer;
  private final OptionalInt metricsPort;
  private final Closing closing;

  Telemetry(
      OpenTelemetry api,
      Optional<ServerInterceptor> observer,
      OptionalInt metricsPort,
      Closing closing) {
    this.api = api;
    this.observer = observer;
    this.metricsPort = metricsPort;
    this.closing = closing;
  }

  /** Nobody is told anything. */
  public static Telemetry off() {
    return of(OpenTelemetry.noop());
  }

  /** Told to somebody whom the caller opened and closes; calls are not observed. */
  public static Telemetry of(OpenTelemetry api) {
    return new Telemetry(api, Optional.empty(), OptionalInt.empty(), new Closing());
  }

  /**
   * As configured.
   *
   * @throws ConfigException if the file is not OpenTelemetry's, or the port cannot be had
   */
  public static Telemetry open(ServerConfig.Telemetry config) {
    return config.otel().isEmpty() && config.metricsPort().isEmpty()
        ? off()
        : TelemetrySdk.open(config);
  }

  /** Where spans and metrics are told. */
  OpenTelemetry api() {
    return api;
  }

  /** Sees every call, if anybody cares. */
  Optional<ServerInterceptor> observer() {
    return observer;
  }

  /** Where metrics are served, if they are. */
  OptionalInt metricsPort() {
    return metricsPort;
  }

  /** Exports what is left, within bounds. */
  @Override
  public void close() {
    closing.close();
  }
}
