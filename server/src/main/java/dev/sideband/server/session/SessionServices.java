package dev.sideband.server.session;

import dev.sideband.server.log.EventLog;
import dev.sideband.server.provider.Dialect;
import dev.sideband.server.provider.RealtimeProvider;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What all sessions share; each may be used by any thread.
 *
 * @param log where events become true
 * @param provider where calls are
 * @param config how conversations are handled
 * @param clock for the time of events
 * @param nanoTime for durations
 * @param random for ids and jitter
 * @param telemetry for spans and metrics
 * @param reader for what blocks: reading the log
 * @param threads for the coordinators
 */
public record SessionServices(
    EventLog log,
    RealtimeProvider provider,
    SessionConfig config,
    InstantSource clock,
    LongSupplier nanoTime,
    RandomGenerator random,
    SessionTelemetry telemetry,
    Executor reader,
    ThreadFactory threads) {

  /** The dialect of that name, or the default one. */
  Dialect dialect(String name) {
    return provider.dialects().stream()
        .filter(dialect -> dialect.name().equals(name))
        .findFirst()
        .orElseGet(() -> provider.dialects().get(0));
  }
}
