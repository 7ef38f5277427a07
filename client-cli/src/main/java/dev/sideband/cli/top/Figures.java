package dev.sideband.cli.top;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the readings amount to, by names of ours. What the page has no metric for is missing.
 *
 * @param at when the last reading was taken
 * @param over how far the last two readings are apart, which the rates are over, in seconds; 0 when
 *     there is only one
 * @param window how far back the rest goes, in seconds
 * @param restarted whether the server was restarted within that
 * @param levels what goes up and down
 * @param flows what is counted
 * @param times how long something takes
 * @param stages how long each stage of a start takes, in their order
 * @param milestones how long after a start something else follows
 */
record Figures(
    Instant at,
    double over,
    double window,
    boolean restarted,
    Map<String, Level> levels,
    Map<String, Flow> flows,
    Map<String, Times> times,
    Map<String, Times> stages,
    Map<String, Times> milestones) {

  /** So much now, and of what. */
  record Level(double now, Map<String, Double> by) {}

  /**
   * How often.
   *
   * @param perSecond between the last two readings; null when there is only one
   */
  record Count(@Nullable Double perSecond, double inWindow, double sinceStart) {}

  /** How often, and of what. */
  record Flow(Count all, Map<String, Count> by) {}

  /** How long it took: in the window, and since the server began. */
  record Times(Buckets window, Buckets sinceStart) {
    /** What the window has; if that is nothing, all there is. */
    Buckets shown() {
      return isSinceStart() ? sinceStart : window;
    }

    boolean isSinceStart() {
      return window.isEmpty();
    }
  }
}
