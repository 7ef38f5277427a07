package dev.sideband.server.provider.loopback;

import java.util.List;
import java.util.Optional;

/**
 * How a loopback stands, for tests.
 *
 * @param created calls and primary sessions, ever
 * @param live of them, now
 * @param hungUp of them, by {@code /hangup}
 * @param peers native peers alive
 * @param calls the ended ones that are remembered, in the order of their ends, then the live ones
 */
public record LoopbackReport(
    long created, int live, long hungUp, int peers, List<CallReport> calls) {

  public LoopbackReport {
    calls = List.copyOf(calls);
  }

  /** The report of one call. */
  public Optional<CallReport> call(String id) {
    return calls.stream().filter(call -> call.id().equals(id)).findFirst();
  }
}
