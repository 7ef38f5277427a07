/**
 * The way to a server: {@link ServerTarget} says which one, {@link ServerLink} is the connection,
 * {@link EventFeed} the events of a subscription, {@link MilestoneReport} tells it how a call comes
 * about here, {@link StatusTranslator} turns a failed RPC into words, {@link ConversationIds}
 * completes short ids, and {@link ServerProcess} starts a server of its own through the launcher.
 *
 * <p>The only room that knows {@code io.grpc}. It must not know the server's classes, terminals or
 * media. Threads: a link may be used by any thread; a feed by one reader.
 */
@NullMarked
package dev.sideband.cli.server;

import org.jspecify.annotations.NullMarked;
