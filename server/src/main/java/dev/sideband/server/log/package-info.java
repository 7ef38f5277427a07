/**
 * What an event log must do, whoever stores it.
 *
 * <p>{@link dev.sideband.server.log.EventLog} takes appends, each with the sequence it expects and
 * the epoch of its writer, and answers with an {@link dev.sideband.server.log.AppendOutcome}:
 * expected outcomes are values here, never exceptions. What was committed is told twice, in this
 * order: to the append's own fate, then to the one {@link
 * dev.sideband.server.log.CommittedEventListener}, the tail.
 *
 * <p><b>Threads.</b> One log writer owns heads and the order of commit. Reads block and belong on
 * the reader's own thread.
 *
 * <p>This room knows bytes and sequences. It must not know what an event means, who subscribes, or
 * any storage library: adapters live in rooms of their own below it.
 */
@NullMarked
package dev.sideband.server.log;

import org.jspecify.annotations.NullMarked;
