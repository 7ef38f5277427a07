package dev.sideband.server.rpc;

import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Threads, time and whoever watches, handed in and not closed here.
 *
 * @param drainers {@code drain-*} threads that read the log for subscribers and send; two are
 *     enough, since a turn is short. Must not drop a task before the server is closed
 * @param timer ticks for heartbeats; nothing on it blocks
 * @param nanoTime the monotonic clock
 * @param observer is shown every call of a method that there is, before anybody decides about it;
 *     empty if nobody watches
 */
public record Surroundings(
    Executor drainers,
    ScheduledExecutorService timer,
    LongSupplier nanoTime,
    Optional<ServerInterceptor> observer) {}
