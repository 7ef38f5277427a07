/**
 * Calls, handed on as bytes: gRPC-Web from browsers, or plain gRPC, to a server that speaks gRPC.
 *
 * <p>{@code ProxiedServices} says which methods there are, {@code ProxiedCall} is one call between
 * the two sides, {@code Upstream} the connections to the server, {@code ForwardedHeaders} what goes
 * along. No message is ever parsed here, so a field that this program does not know passes.
 *
 * <p><b>Threads.</b> A call's both sides run on the event loop of the request that it came with.
 */
@NullMarked
package dev.sideband.bridge.proxy;

import org.jspecify.annotations.NullMarked;
