package dev.sideband.server.session;

/**
 * How many more appends a coordinator may have in flight. With none left it drains completions
 * only, so the log is never offered more than it has room for.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class AppendCredits {
  private int left;

  AppendCredits(int credits) {
    left = credits;
  }

  /** Takes one, below zero if need be: what was decided must be appended. */
  void take() {
    left--;
  }

  void giveBack() {
    left++;
  }

  boolean isExhausted() {
    return left <= 0;
  }
}
