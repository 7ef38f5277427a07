/**
 * What a conversation is, and where it stands.
 *
 * <p>A {@code SessionCoordinator} is one thread that owns the sessions of its share of
 * conversations. It takes commands, completions and provider events, decides, stamps and encodes
 * events, and appends them to the log. State changes at the append; effects (a reply, a send, a
 * hang-up) leave when the append that justifies them is durable. {@code SessionState} is the pure
 * half: it evolves from events alone.
 *
 * <p>{@link dev.sideband.server.session.Conversations} is this room's door for callers.
 *
 * <p>This room must not know gRPC, JSON, who subscribes, or any storage: it appends, and hears the
 * fate of its appends from the log.
 */
@NullMarked
package dev.sideband.server.session;

import org.jspecify.annotations.NullMarked;
