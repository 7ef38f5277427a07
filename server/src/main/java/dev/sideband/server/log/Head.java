package dev.sideband.server.log;

import java.time.Instant;

/**
 * Where a conversation stands in the log.
 *
 * @param owner name of the principal that started it
 * @param startedAt time of its first event
 * @param firstSequence the oldest that is still stored; 1 unless retention removed some
 * @param lastSequence the newest
 * @param epoch of the writer of the newest
 * @param live whether its last event is still to come
 */
public record Head(
    ConversationId conversation,
    String owner,
    Instant startedAt,
    long firstSequence,
    long lastSequence,
    long epoch,
    boolean live) {}
