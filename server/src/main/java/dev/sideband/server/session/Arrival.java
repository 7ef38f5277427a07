package dev.sideband.server.session;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.OptionalLong;

/** When a request came, beside the trace that it came in: a start's first stage begins there. */
public final class Arrival {
  private static final ContextKey<Long> NANOS = ContextKey.named("sideband-arrival");

  private Arrival() {}

  /** The trace, and that its request came at this time of the server's monotonic clock. */
  public static Context in(Context trace, long nanos) {
    return trace.with(NANOS, nanos);
  }

  static OptionalLong of(Context trace) {
    Long nanos = trace.get(NANOS);
    return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
  }
}
