package dev.sideband.bridge.proxy;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Whether a call's status came over the wire, and so is the server's own word. One that was made on
 * this side of it looks the same.
 *
 * <p><b>Threads.</b> Told by gRPC's, asked by the call's.
 */
final class ServersWord extends ClientStreamTracer.Factory {
  private volatile boolean isGiven;

  boolean isGiven() {
    return isGiven;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void inboundTrailers(Metadata trailers) {
        isGiven = true;
      }
    };
  }
}
