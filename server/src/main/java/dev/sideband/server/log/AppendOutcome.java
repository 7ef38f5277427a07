package dev.sideband.server.log;

/** What became of an {@link Append}. */
public sealed interface AppendOutcome {

  /** It is durable; its last entry has this sequence. */
  record Appended(long lastSequence) implements AppendOutcome {}

  /**
   * The conversation stands elsewhere than the append expected, and nothing was written. Also the
   * fate of every append that was queued behind one that failed, and of one after the last event.
   */
  record WrongExpected(long actualSequence) implements AppendOutcome {}

  /** A writer of a later epoch exists; this one must stop. Nothing was written. */
  record Fenced(long currentEpoch) implements AppendOutcome {}

  /**
   * The log cannot write now (full queue, closing, {@linkplain EventLog#isWritable no space}).
   * Nothing was written; later may work.
   */
  record Unavailable(String why) implements AppendOutcome {}

  /**
   * Nobody can say whether it was written. The caller must read the log before it goes on. An
   * embedded log never answers this: it halts the process instead.
   */
  record Unknown(String why) implements AppendOutcome {}
}
