package dev.sideband.cli.top;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the page said lately: the last reading, the one before, and those of a window before them. A
 * server that was restarted counts anew, and so does this.
 *
 * <p><b>Bounds.</b> Nothing older than the window is kept, but for one reading that it begins with,
 * nor more than {@link #MOST}.
 */
final class Readings {
  static final Duration WINDOW = Duration.ofSeconds(60);

  private static final int MOST = 400;
  private static final double NANOS = 1e9;

  private final Deque<Reading> kept = new ArrayDeque<>();
  private Reading before = new Reading(0, Page.EMPTY);
  private boolean restarted;

  private record Reading(long nanos, Page page) {}

  /** Takes what was read at an instant of monotonic time. */
  void add(long nanos, Page page) {
    if (!kept.isEmpty()) {
      before = kept.getLast();
      if (page.isAnotherRunThan(before.page())) {
        before = new Reading(before.nanos(), Page.EMPTY);
        restarted = true;
        kept.clear();
        kept.add(before);
      }
    }
    kept.add(new Reading(nanos, page));
    forget(nanos - WINDOW.toNanos());
  }

  /** All but the last that is that old, with which the window begins. */
  private void forget(long until) {
    while (kept.size() > 2 && (second().nanos() - until <= 0 || kept.size() > MOST)) {
      kept.removeFirst();
      restarted = false;
    }
  }

  private Reading second() {
    return kept.stream().skip(1).findFirst().orElseThrow();
  }

  /** The last one. */
  Page now() {
    return kept.getLast().page();
  }

  /** Whether there are two, so that anything can be said about change. */
  boolean arePair() {
    return kept.size() > 1;
  }

  /** What changed between the last two. */
  Page lately() {
    return arePair() ? now().since(before.page()) : Page.EMPTY;
  }

  /** How far those are apart. */
  double latelySeconds() {
    return arePair() ? (kept.getLast().nanos() - before.nanos()) / NANOS : 0;
  }

  /** What changed in the window. */
  Page window() {
    return arePair() ? now().since(kept.getFirst().page()) : Page.EMPTY;
  }

  /** How long the window is so far. */
  double windowSeconds() {
    return (kept.getLast().nanos() - kept.getFirst().nanos()) / NANOS;
  }

  /** Whether the server was restarted within the window. */
  boolean wereRestarted() {
    return restarted;
  }
}
