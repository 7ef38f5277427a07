package dev.sideband.server.provider.loopback;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the loopback takes from the world: wall time for what it says, monotonic time for what it
 * measures, and random ids. All three are called by its event loop only.
 */
public record LoopbackEnvironment(
    InstantSource time, LongSupplier nanoTime, Supplier<UUID> randomIds) {}
