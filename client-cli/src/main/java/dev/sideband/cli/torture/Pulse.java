package dev.sideband.cli.torture;

import java.util.function.LongSupplier;

/**
 * Time as it passes in front of a person: whoever waits keeps the live line alive.
 *
 * <p><b>Threads.</b> One.
 */
final class Pulse {
  private static final int TICK_MS = 100;
  private static final double NANOS = 1_000_000.0;

  private final TortureView view;
  private final Ledger ledger;
  private final LongSupplier nanoTime;
  private final Signal over;
  private final long zero;
  private long mark;

  Pulse(TortureView view, Ledger ledger, LongSupplier nanoTime, Signal over) {
    this.view = view;
    this.ledger = ledger;
    this.nanoTime = nanoTime;
    this.over = over;
    zero = nanoTime.getAsLong();
    mark = zero;
  }

  /** Since this pulse began. */
  long elapsedMillis() {
    return (long) ((nanoTime.getAsLong() - zero) / NANOS);
  }

  /** From here {@link #sinceMark} counts. */
  void mark() {
    mark = nanoTime.getAsLong();
  }

  double sinceMark() {
    return (nanoTime.getAsLong() - mark) / NANOS;
  }

  /** Lets time pass. */
  void rest(long millis) {
    long until = nanoTime.getAsLong() + (long) (millis * NANOS);
    boolean ended = false;
    for (long left = millis; left > 0 && !ended; ) {
      view.live(elapsedMillis(), ledger.tally());
      ended = over.isRaisedWithin(Math.min(TICK_MS, left));
      left = (long) ((until - nanoTime.getAsLong()) / NANOS);
    }
  }

  /** Says what just happened. */
  void tell(String what) {
    view.happened(elapsedMillis(), what);
  }
}
