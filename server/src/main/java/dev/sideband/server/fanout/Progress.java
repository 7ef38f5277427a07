package dev.sideband.server.fanout;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How far one subscriber is, for whoever looks from outside.
 *
 * <p><b>Threads.</b> The fan-out thread says what was offered, the drainer all else; anybody may
 * look, and sees what was true a moment ago.
 */
final class Progress {

  /** What a subscription does. */
  enum State {
    NEW,
    CATCHING_UP,
    LIVE,
    ENDED
  }

  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile State state = State.NEW;
  private final Tally tally;

  Progress(Tally tally) {
    this.tally = tally;
  }

  State state() {
    return state;
  }

  void enter(State next) {
    state = next;
  }

  /** It was live, and reads the log again. */
  void fellBehind() {
    state = State.CATCHING_UP;
    tally.fellBehind();
  }

  /** It counts no more. Safe to repeat; anybody may say so. */
  void end() {
    tally.closed(this);
  }

  /** The newest event that there is for it has this mark. */
  void offered(long mark) {
    offered.lazySet(mark);
  }

  /** It took what there was for it; the newest event that it has now has this mark. */
  Delivery took(Delivery delivery, long mark) {
    taken.lazySet(mark);
    tally.delivered(delivery);
    return delivery;
  }

  /** How many marks it is behind; of history that was there before it came nothing is known. */
  long lag() {
    return Math.max(0, offered.get() - taken.get());
  }
}
