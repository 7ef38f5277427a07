package dev.sideband.server.session;

import dev.sideband.server.log.EventLog;
import dev.sideband.server.provider.RealtimeProvider;
import io.opentelemetry.api.trace.Tracer;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a session works with.
 *
 * @param services shared by all coordinators
 * @param lanes of its coordinator
 * @param timers of its coordinator
 * @param credits of its coordinator
 * @param rejoins of its coordinator: how many sidebands are rejoined at once
 * @param earlyJoins of its coordinator: sidebands that a restart joined before it read
 * @param usage of all live conversations
 */
record SessionContext(
    SessionServices services,
    Lanes lanes,
    Timers timers,
    AppendCredits credits,
    Places rejoins,
    EarlyJoins earlyJoins,
    LiveUsage usage) {

  EventLog log() {
    return services.log();
  }

  RealtimeProvider provider() {
    return services.provider();
  }

  SessionConfig config() {
    return services.config();
  }

  InstantSource clock() {
    return services.clock();
  }

  LongSupplier nanoTime() {
    return services.nanoTime();
  }

  RandomGenerator random() {
    return services.random();
  }

  Tracer tracer() {
    return services.telemetry().tracer();
  }

  SessionMetrics metrics() {
    return services.telemetry().metrics();
  }
}
