package dev.sideband.server.session;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;

/**
 * Where the spans and metrics of sessions go.
 *
 * <p><b>Threads.</b> Any.
 */
public final class SessionTelemetry {
  private static final String SCOPE = "dev.sideband.server";

  private final Tracer tracer;
  private final SessionMetrics metrics;

  private SessionTelemetry(Tracer tracer, SessionMetrics metrics) {
    this.tracer = tracer;
    this.metrics = metrics;
  }

  /** Makes the instruments: once for a server. */
  public static SessionTelemetry of(OpenTelemetry telemetry) {
    return new SessionTelemetry(
        telemetry.getTracer(SCOPE), new SessionMetrics(telemetry.getMeter(SCOPE)));
  }

  Tracer tracer() {
    return tracer;
  }

  SessionMetrics metrics() {
    return metrics;
  }
}
