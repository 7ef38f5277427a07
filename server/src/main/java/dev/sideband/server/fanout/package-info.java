/**
 * From the log's tail to every subscriber.
 *
 * <p>{@link dev.sideband.server.fanout.EventRing} is the tail: the log writer publishes into it,
 * and one fan-out thread offers each event to the {@link dev.sideband.server.fanout.Subscription}s
 * of its conversation and to those of all. {@link dev.sideband.server.fanout.FanOut} is this room's
 * door.
 *
 * <p><b>Threads.</b> The log writer produces, {@code event-fanout} offers, and whoever drains a
 * subscription reads the log for it: the fan-out thread never reads, waits or throws, so no
 * subscriber can delay the log or another subscriber.
 *
 * <p>This room knows the log and bytes. It must not know gRPC, principals' roles, or what an event
 * means.
 */
@NullMarked
package dev.sideband.server.fanout;

import org.jspecify.annotations.NullMarked;
