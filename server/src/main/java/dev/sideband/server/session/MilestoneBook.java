package dev.sideband.server.session;

import dev.sideband.v1.Milestone;
import dev.sideband.v1.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The milestones of a conversation, the server's and its clients'.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class MilestoneBook {
  private final List<Milestone> milestones = new ArrayList<>();
  private int byClients;

  /** One of the server's own. */
  void reached(String name, Timing timing, long sequence) {
    add(name, timing, sequence, false, 1);
  }

  /** One that a client reported, of a call. */
  void reported(String name, Timing timing, long sequence, int call) {
    add(name, timing, sequence, true, call);
    byClients++;
  }

  private void add(String name, Timing timing, long sequence, boolean byClient, int call) {
    milestones.add(
        Milestone.newBuilder()
            .setName(name)
            .setTiming(timing)
            .setSequence(sequence)
            .setByClient(byClient)
            .setCall(call > 1 ? call : 0)
            .build());
  }

  /** How many of them clients reported. */
  int reportedCount() {
    return byClients;
  }

  /** Whether clients reported one of these. */
  boolean reported(Set<String> names) {
    return milestones.stream()
        .anyMatch(reached -> reached.getByClient() && names.contains(reached.getName()));
  }

  List<Milestone> all() {
    return milestones;
  }

  /** Takes over {@link #all} of another. */
  void restore(List<Milestone> from) {
    milestones.addAll(from);
    byClients = (int) from.stream().filter(Milestone::getByClient).count();
  }
}
