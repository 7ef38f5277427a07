package dev.sideband.cli.top;

import java.time.Instant;

/** Who is told what each reading amounts to. Threads: one. */
interface TopOutput {
  void show(Figures figures);

  /** There was nothing to read, now that there had been. */
  void trouble(Instant at, String what);

  /** The first reading is taken; what is shown needs another. */
  void waiting();

  /** Whether nobody listens any more. */
  boolean isGone();
}
