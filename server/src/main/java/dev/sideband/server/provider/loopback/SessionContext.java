package dev.sideband.server.provider.loopback;

import java.util.function.IntSupplier;

/**
 * What every session of a loopback shares.
 *
 * @param liveCalls how many calls and sessions there are, of the many that the limits allow
 * @param witness of what all of them are told
 * @param scripts what they hear instead of the assistant
 */
record SessionContext(
    OwnerLoop loop,
    LoopbackConfig config,
    IntSupplier liveCalls,
    Witness witness,
    Scripts scripts) {}
