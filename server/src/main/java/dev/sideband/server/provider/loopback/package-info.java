/**
 * An embedded, OpenAI-compatible realtime server, reached over the wire like OpenAI's own, so that
 * what a newcomer tries and what production runs is one path.
 *
 * <p>{@link dev.sideband.server.provider.loopback.LoopbackServer} listens; a {@code LoopbackCall}
 * is a session with its media; a {@code LoopbackSession} speaks the protocol; a {@code
 * LoopbackPeer} is the provider's end of a WebRTC call; the {@code Assistant} has a script instead
 * of a model, and is honest about it; a {@code ScriptRun} plays what a provider once said instead.
 * {@link dev.sideband.server.provider.loopback.LoopbackFaults} makes it misbehave.
 *
 * <p><b>Threads.</b> One event loop owns everything; native callbacks hop to it.
 *
 * <p>This room must not know the session, the log, or the adapter that speaks to it.
 */
@NullMarked
package dev.sideband.server.provider.loopback;

import org.jspecify.annotations.NullMarked;
