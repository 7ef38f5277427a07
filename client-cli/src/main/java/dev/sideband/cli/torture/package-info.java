/**
 * {@code sideband torture}: proves by killing that nothing is lost.
 *
 * <p>{@link Torture} runs it. The load is {@link Caller}s, one for each place, and their {@link
 * Observer}s; {@link Supervisor} does the harm; both write into the {@link Ledger} what they were
 * told. At the end {@link Evidence} lays that beside the log and the provider's witness, and {@link
 * Checks}, which are pure, find what does not agree.
 *
 * <p>Threads: one for each caller and observer, the supervisor's is {@link Torture}'s own. Knows
 * the server by its proto and its processes only.
 */
@NullMarked
package dev.sideband.cli.torture;

import org.jspecify.annotations.NullMarked;
