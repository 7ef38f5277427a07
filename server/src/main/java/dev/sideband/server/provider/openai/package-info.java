/**
 * OpenAI Realtime, and whatever speaks its protocol at another base URL.
 *
 * <p>{@link dev.sideband.server.provider.openai.OpenAiProvider} is the door. Behind it, {@code
 * OpenAiCallsClient} creates calls and hangs them up over HTTP, {@code OpenAiSideband} is one
 * WebSocket, and the dialect of the GA protocol is two classes with no state worth the name: {@code
 * GaEventAdapter} reads (JSON to typed), {@code GaCommandWriter} writes (typed to JSON).
 *
 * <p><b>Threads.</b> Those of the pool made from the given factory (HTTP, one reader per sideband),
 * one writer per sideband inside the WebSocket library, and the given timer, on which nothing
 * waits.
 *
 * <p>This room must not know conversations, sequences or who listens. Call ids, keys and SDP never
 * reach a log line, an exception text or an event from here.
 */
@NullMarked
package dev.sideband.server.provider.openai;

import org.jspecify.annotations.NullMarked;
