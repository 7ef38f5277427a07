package dev.sideband.server.provider;

import dev.sideband.v1.SessionOptions;

/**
 * A call to create.
 *
 * @param sdpOffer the client's offer, passed on unchanged
 * @param session what the model is to be, defaults filled in
 * @param traceparent W3C Trace Context to send along, or empty
 */
public record CallRequest(String sdpOffer, SessionOptions session, String traceparent) {

  @Override
  public String toString() {
    return "CallRequest[model=" + session.getModel() + "]";
  }
}
