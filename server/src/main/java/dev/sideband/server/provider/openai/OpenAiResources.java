package dev.sideband.server.provider.openai;

import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * What the provider takes from the machine.
 *
 * @param threads makes the pool of HTTP workers and sideband readers; two threads per open sideband
 * @param timer for timeouts and probes; belongs to the giver, who closes it after the provider
 * @param clock for dates in {@code Retry-After}
 * @param nanoTime monotonic
 * @param random for multipart boundaries; must be safe to share
 * @param tls whom to trust
 */
public record OpenAiResources(
    ThreadFactory threads,
    ScheduledExecutorService timer,
    InstantSource clock,
    LongSupplier nanoTime,
    RandomGenerator random,
    SSLContext tls) {}
