package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.v1.Input;
import dev.sideband.v1.SendResponse;
import java.util.concurrent.CompletableFuture;

/**
 * A Send on its way to its coordinator.
 *
 * @param inputId derived from the request's id, or fresh if it has none
 * @param requestId empty if the caller will not repeat it
 * @param fingerprint of the input; equal inputs have equal ones
 * @param reply completed when the input is durable
 */
record InputCommand(
    String inputId,
    String requestId,
    ByteString fingerprint,
    Input input,
    CompletableFuture<SendResponse> reply) {

  void refuse(SessionException refusal) {
    reply.completeExceptionally(refusal);
  }
}
