package dev.sideband.server.session;

import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.StartResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * One caller that waits for the answer to a Start.
 *
 * <p><b>Threads.</b> Any; the first outcome stands.
 */
final class StartWaiter implements Conversations.PendingStart {
  private final CompletableFuture<StartResponse> answer = new CompletableFuture<>();
  private final BiConsumer<StartWaiter, ErrorCode> onAbandoned;

  /**
   * @param onAbandoned told once if the caller goes before the answer is there
   */
  StartWaiter(BiConsumer<StartWaiter, ErrorCode> onAbandoned) {
    this.onAbandoned = onAbandoned;
  }

  @Override
  public CompletionStage<StartResponse> answer() {
    return answer.minimalCompletionStage();
  }

  @Override
  public void abandon(ErrorCode why) {
    String message =
        why == ErrorCode.START_DEADLINE_EXCEEDED
            ? "start: no answer before the deadline (expected: start again with a new offer)"
            : "start: cancelled by its caller";
    if (answer.completeExceptionally(new SessionException(why, message))) {
      onAbandoned.accept(this, why);
    }
  }

  /** Whether it has its outcome: after {@link #abandon} nobody waits any more. */
  boolean isDone() {
    return answer.isDone();
  }

  void answered(StartResponse response) {
    answer.complete(response);
  }

  void failed(SessionException failure) {
    answer.completeExceptionally(failure);
  }
}
