package dev.sideband.server.session;

import dev.sideband.v1.StartResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one outcome of a Start, an answer or a refusal, and the callers who wait for it.
 *
 * <p><b>Promise.</b> The first outcome stands, and whoever joins later gets it too.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class StartOutcome {
  private final List<StartWaiter> waiters = new ArrayList<>();
  private Optional<StartResponse> answer = Optional.empty();
  private Optional<SessionException> refusal = Optional.empty();

  /** Tells a caller, now or as soon as there is something to tell. */
  void join(StartWaiter waiter) {
    if (answer.isPresent()) {
      waiter.answered(answer.get());
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
  boolean leave(StartWaiter waiter) {
    return waiters.remove(waiter) && waiters.isEmpty();
  }

  /** Answers, unless there is an outcome already. */
  boolean tryAnswer(StartResponse response) {
    if (!isOpen()) {
      return false;
    }
    answer = Optional.of(response);
    waiters.forEach(waiter -> waiter.answered(response));
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

  Optional<SessionException> refusal() {
    return refusal;
  }
}
