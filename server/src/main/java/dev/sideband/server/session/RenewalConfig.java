package dev.sideband.server.session;

import java.time.Duration;

/**
 * When a call is to be renewed.
 *
 * @param before how long before its end that is told
 * @param sessionLimit how long a call lasts at a provider that does not say so itself
 */
public record RenewalConfig(Duration before, Duration sessionLimit) {}
