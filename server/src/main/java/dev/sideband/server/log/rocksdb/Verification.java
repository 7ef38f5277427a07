package dev.sideband.server.log.rocksdb;

import java.util.List;

/**
 * What a data folder holds, and what is wrong with it.
 *
 * @param findings one line each, in the order of the folder; at most {@link #MOST_FINDINGS}
 * @param furtherFindings how many more there are
 * @param lastPosition of all commits that were ever made
 * @param openings how often a server has opened it
 * @param tornBytes at the end of write-ahead files, never completely written, which the next
 *     opening cuts off
 * @param cuts what earlier openings have cut off
 */
public record Verification(
    long conversations,
    long live,
    long events,
    long bytesOnDisk,
    long lastPosition,
    long openings,
    long tornBytes,
    Cuts cuts,
    List<String> findings,
    long furtherFindings) {

  /** More findings than this are only counted. */
  public static final int MOST_FINDINGS = 1_000;

  /**
   * Torn tails that were cut off.
   *
   * @param times how often
   * @param bytes of all of them
   * @param lastOpening the epoch of the last one; 0 = never
   */
  public record Cuts(long times, long bytes, long lastOpening) {

    /** None. */
    public static final Cuts NONE = new Cuts(0, 0, 0);
  }

  /** Whether nothing is wrong. */
  public boolean isClean() {
    return findings.isEmpty();
  }
}
