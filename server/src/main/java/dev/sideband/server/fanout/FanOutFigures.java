package dev.sideband.server.fanout;

import dev.sideband.server.fanout.Delivery.Reason;
import java.util.Map;

/**
 * How the fan-out does, at one moment. Totals only grow.
 *
 * @param ringEvents published and not yet offered to all
 * @param ringSlots the most that there may be of them
 * @param live subscribers that follow the ring
 * @param catchingUp subscribers that read the log first
 * @param mostBehind events that the slowest subscriber has not taken of those it was offered
 * @param deliveredBytes of events that subscribers took, in total
 * @param fellBehind how often a live subscriber had to go back to the log, in total
 * @param droppedSubscribers whose signal failed, in total
 * @param droppedAudioFrames of live audio that slow subscribers did not get, in total
 * @param refused subscriptions that could not be served, in total
 */
public record FanOutFigures(
    long ringEvents,
    long ringSlots,
    long live,
    long catchingUp,
    long mostBehind,
    long deliveredBytes,
    long fellBehind,
    long droppedSubscribers,
    long droppedAudioFrames,
    Map<Reason, Long> refused) {}
