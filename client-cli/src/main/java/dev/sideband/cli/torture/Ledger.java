package dev.sideband.cli.torture;

import dev.sideband.cli.torture.Evidence.Comeback;
import dev.sideband.cli.torture.Evidence.Frames;
import dev.sideband.cli.torture.Evidence.Told;
import dev.sideband.cli.torture.Evidence.View;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What was told to whom, written down while it happens. Threads: any. */
final class Ledger {
  private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<View> views = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> held = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Frames> frames = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Comeback> comebacks = new ConcurrentLinkedQueue<>();
  private final AtomicLong inputs = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong rejoins = new AtomicLong();
  private final AtomicLong kills = new AtomicLong();

  void add(Told each) {
    told.add(each);
    if (each.isAcknowledged()) {
      inputs.incrementAndGet();
    }
  }

  void add(View view) {
    views.add(view);
  }

  void add(Frames each) {
    frames.add(each);
  }

  void add(Comeback comeback) {
    comebacks.add(comeback);
  }

  /** A start was answered. */
  void started(String conversationId) {
    held.add(conversationId);
  }

  /** Counts an event for whoever watches; each once, whatever the number of its subscribers. */
  void happened(boolean rejoin) {
    events.incrementAndGet();
    if (rejoin) {
      rejoins.incrementAndGet();
    }
  }

  /** Counts a kill, and says its number. */
  long killed() {
    return kills.incrementAndGet();
  }

  /** How much has happened so far. */
  Tally tally() {
    return new Tally(kills.get(), events.get(), inputs.get(), rejoins.get());
  }

  List<Told> told() {
    return new ArrayList<>(told);
  }

  List<View> views() {
    return new ArrayList<>(views);
  }

  List<String> held() {
    return new ArrayList<>(held);
  }

  List<Frames> frames() {
    return new ArrayList<>(frames);
  }

  List<Comeback> comebacks() {
    return new ArrayList<>(comebacks);
  }
}
