/**
 * gRPC in, gRPC out.
 *
 * <p>{@link dev.sideband.server.rpc.GrpcServer} is this room's door: it serves {@code
 * ConversationService} (requests checked, then handed to the session), a {@code SubscriptionStream}
 * for each caller that follows events, health and reflection. {@code StatusMapper} alone makes
 * statuses; {@code AccessInterceptor} gives every call a principal.
 *
 * <p><b>Threads.</b> Handlers run on {@code grpc-*} event loops and never block; a stream's
 * messages leave on a {@code drain-*} thread, one turn at a time.
 *
 * <p>This is the only room besides the root that knows gRPC. It must not know the log (but for
 * conversation ids), a provider, JSON, or how a conversation works.
 */
@NullMarked
package dev.sideband.server.rpc;

import org.jspecify.annotations.NullMarked;
