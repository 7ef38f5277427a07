package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;

/**
 * A Renew on its way to its session.
 *
 * @param fingerprint of the request; equal requests have equal ones
 * @param waiter for the answer
 */
record RenewCommand(
    RenewRequest request, ByteString fingerprint, AnswerWaiter<RenewResponse> waiter) {

  /** What an equal repeat is known by. */
  PrivatePart.Builder known() {
    return PrivatePart.newBuilder()
        .setRequestId(request.getRequestId())
        .setRequestFingerprint(fingerprint);
  }

  /** Whether another one came with the same id. */
  boolean isNamedAs(RenewCommand other) {
    return !request.getRequestId().isEmpty()
        && request.getRequestId().equalsIgnoreCase(other.request.getRequestId());
  }
}
