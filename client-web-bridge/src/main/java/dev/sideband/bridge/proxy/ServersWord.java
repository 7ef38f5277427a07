package dev.sideband.bridge.proxy;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * How far a call came, and so whose word its status is. One that was made on this side of the wire
 * looks the same as the server's own.
 *
 * <p><b>Threads.</b> Told by gRPC's, asked by the call's.
 */
final class ServersWord extends ClientStreamTracer.Factory {
  private volatile boolean isConnected;
  private volatile boolean isGiven;

  /** Whether there was a connection for it, to a server that spoke gRPC by then. */
  boolean isConnected() {
    return isConnected;
  }

  /** Whether its status came over the wire. */
  boolean isGiven() {
    return isGiven;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void streamCreated(Attributes connection, Metadata sent) {
        isConnected = true;
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        isGiven = true;
      }
    };
  }
}
