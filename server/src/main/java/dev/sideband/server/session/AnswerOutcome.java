package dev.sideband.server.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one outcome of a Start or a Renew, an answer or a refusal, and the callers who wait for it.
 *
 * <p><b>Promise.</b> The first outcome stands, and whoever joins later gets it too.
 *
 * <p><b>Threads.</b> The coordinator's only.
 *
 * @param <R> the answer
 */
final class AnswerOutcome<R> {
  private final List<AnswerWaiter<R>> waiters = new ArrayList<>();
  private Optional<R> answer = Optional.empty();
  private Optional<SessionException> refusal = Optional.empty();
  private boolean delivered;

  /** Tells a caller, now or as soon as there is something to tell. */
  void join(AnswerWaiter<R> waiter) {
    if (answer.isPresent()) {
      delivered |= waiter.answered(answer.get());
    } else if (refusal.isPresent()) {
      waiter.failed(refusal.get());
    } else {
      waiters.add(waiter);
    }
  }

  /**
   * A caller has gone.
   *
   * @return true if it was the last one that waited
   */
  boolean leave(AnswerWaiter<?> waiter) {
    return waiters.remove(waiter) && waiters.isEmpty();
  }

  /** Answers, unless there is an outcome already. */
  boolean tryAnswer(R response) {
    if (!isOpen()) {
      return false;
    }
    answer = Optional.of(response);
    waiters.forEach(waiter -> delivered |= waiter.answered(response));
    waiters.clear();
    return true;
  }

  /** Refuses, unless there is an outcome already. */
  boolean tryRefuse(SessionException why) {
    if (!isOpen()) {
      return false;
    }
    refusal = Optional.of(why);
    waiters.forEach(waiter -> waiter.failed(why));
    waiters.clear();
    return true;
  }

  /** Whether there is none yet. */
  boolean isOpen() {
    return answer.isEmpty() && refusal.isEmpty();
  }

  /** Whether there is none yet, and somebody waits for it. */
  boolean isWaitedFor() {
    return !waiters.isEmpty();
  }

  /** Whether the answer reached somebody: its callers may have gone just before. */
  boolean isDelivered() {
    return delivered;
  }

  Optional<SessionException> refusal() {
    return refusal;
  }
}
