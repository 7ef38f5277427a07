package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller that waits for the answer to a Start or a Renew.
 *
 * <p><b>Threads.</b> Any; the first outcome stands.
 *
 * @param <R> the answer
 */
final class AnswerWaiter<R> implements Conversations.PendingAnswer<R> {

  /**
   * Told, in a turn of its session, that a caller went before the answer was there.
   *
   * @param <R> the answer
   */
  @FunctionalInterface
  interface Leaving<R> {
    void left(Session session, AnswerWaiter<R> gone, ErrorCode why);
  }

  private final CompletableFuture<R> answer = new CompletableFuture<>();
  private final String what;
  private final BiConsumer<AnswerWaiter<R>, ErrorCode> onAbandoned;
  private volatile @Nullable ErrorCode gone;

  private AnswerWaiter(String what, BiConsumer<AnswerWaiter<R>, ErrorCode> onAbandoned) {
    this.what = what;
    this.onAbandoned = onAbandoned;
  }

  /**
   * For a caller of a conversation.
   *
   * @param what is waited for, for people
   */
  static <R> AnswerWaiter<R> of(
      String what, SessionCoordinator coordinator, ConversationId id, Leaving<R> leaving) {
    return new AnswerWaiter<>(
        what,
        (gone, why) ->
            coordinator
                .lanes()
                .postCompletion(
                    () ->
                        coordinator.visitResident(
                            id, session -> leaving.left(session, gone, why))));
  }

  @Override
  public CompletionStage<R> answer() {
    return answer.minimalCompletionStage();
  }

  @Override
  public void abandon(ErrorCode why) {
    String message =
        why == ErrorCode.START_DEADLINE_EXCEEDED
            ? what + ": no answer before the deadline (expected: " + what + " with a new offer)"
            : what + ": cancelled by its caller";
    gone = why;
    if (answer.completeExceptionally(new SessionException(why, message))) {
      onAbandoned.accept(this, why);
    }
  }

  /** Whether it has its outcome: after {@link #abandon} nobody waits any more. */
  boolean isDone() {
    return answer.isDone();
  }

  /** Why its caller has gone; empty if it has not. */
  Optional<ErrorCode> gone() {
    return Optional.ofNullable(gone);
  }

  /** Tells the answer; false if nobody waited any more. */
  boolean answered(R response) {
    return answer.complete(response);
  }

  void failed(Throwable failure) {
    answer.completeExceptionally(failure);
  }
}
