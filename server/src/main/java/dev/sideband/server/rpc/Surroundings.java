package dev.sideband.server.rpc;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Threads and time, handed in and not closed here.
 *
 * @param drainers {@code drain-*} threads that read the log for subscribers and send; two are
 *     enough, since a turn is short. Must not drop a task before the server is closed
 * @param timer ticks for heartbeats; nothing on it blocks
 * @param nanoTime the monotonic clock
 */
public record Surroundings(
    Executor drainers, ScheduledExecutorService timer, LongSupplier nanoTime) {}
