package dev.sideband.server.rpc;

import dev.sideband.server.fanout.FanOut.Reader;
import dev.sideband.server.session.Arrival;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import io.grpc.Context;

/**
 * Who makes the current call, and in which trace; interceptors put it into the call's context.
 *
 * @param trace the caller's trace context, as it was sent; the root context if none was
 */
record Caller(Principal principal, io.opentelemetry.context.Context trace) {
  private static final Context.Key<Caller> KEY = Context.key("caller");

  /** Of the call on whose callback we are. */
  static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("caller: none (expected: every call passes the interceptor)");
    }
    return caller;
  }

  Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /** Its trace, and that its request came at this time of the monotonic clock. */
  io.opentelemetry.context.Context traceFrom(long nanos) {
    return Arrival.in(trace, nanos);
  }

  /** What fan-out may show it. */
  Reader reader() {
    return new Reader(principal.name(), principal.hasRole(Role.OBSERVER));
  }
}
