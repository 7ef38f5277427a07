package dev.sideband.server.log;

import java.util.Optional;

/**
 * Which heads to list, newest start first.
 *
 * @param owner only this principal's, if present
 * @param liveOnly only conversations whose last event is still to come; answered from an index of
 *     live conversations, at a cost that does not grow with ended history
 * @param before only conversations listed after this one, if present: the last of the previous page
 * @param limit at most this many
 */
public record HeadQuery(
    Optional<String> owner, boolean liveOnly, Optional<Head> before, int limit) {}
