package dev.sideband.server.session;

import dev.sideband.server.log.LogEntry;

/**
 * When a conversation's next checkpoint is due: so seldom that it costs little beside the events,
 * and so often that there are few to read after it.
 *
 * <p>Part of a session: its owner's thread only.
 */
final class CheckpointPace {
  /** At least so many events since the last one. */
  static final int EVENTS = 100;

  /** They must be so many times as large as that one was: it grows with the transcript. */
  static final int TIMES = 4;

  private int events;
  private long bytes;
  private int size;

  /** An event that is not in a checkpoint. */
  void appended(LogEntry entry) {
    events++;
    bytes += entry.event().length + entry.privatePart().length;
  }

  boolean isDue() {
    return events >= EVENTS && bytes >= (long) TIMES * size;
  }

  /** A checkpoint has all events now. */
  void taken(int checkpointBytes) {
    events = 0;
    bytes = 0;
    size = checkpointBytes;
  }
}
