package dev.sideband.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which test is to blame for which warning.
 *
 * <p>A warning belongs to the test under way, unless the thread that logs it was there before: then
 * it is the straggler of the test in which that thread was first seen, and blamed on that one at
 * the end of the run, never on whoever happens to run now. A thread that was made for all tests of
 * a class warns for the one under way.
 *
 * <p><b>Threads.</b> Any may log; one runs the tests.
 */
final class WarningBook {

  /** A class, a test, or the time between tests. */
  private static final class Scope {
    private String name;
    private List<String> required;
    private final List<String> tolerated;
    private final List<String> came = new ArrayList<>();

    Scope(String name, Collection<String> required, Collection<String> tolerated) {
      this.name = name;
      this.required = List.copyOf(required);
      this.tolerated = List.copyOf(tolerated);
    }

    void take(String warning) {
      came.add(warning);
    }

    List<String> unexpected() {
      return came.stream().filter(warning -> !expects(warning)).toList();
    }

    boolean expects(String warning) {
      return required.stream().anyMatch(warning::contains)
          || tolerated.stream().anyMatch(warning::contains);
    }

    List<String> missing() {
      return required.stream()
          .filter(part -> came.stream().noneMatch(warning -> warning.contains(part)))
          .toList();
    }
  }

  private static final Scope NOBODY = new Scope("before the first test", List.of(), List.of());

  private final Map<Thread, Scope> owners = new WeakHashMap<>();
  private final List<String> late = new ArrayList<>();
  private final Thread runner;
  private Scope group = NOBODY;
  private @Nullable Scope test;

  /** A book of tests that run on a thread, which is never a straggler. */
  WarningBook(Thread runner) {
    this.runner = runner;
  }

  /** A class begins; what it tolerates counts between its tests. */
  synchronized void groupBegins(
      String name, Collection<String> tolerated, Collection<Thread> alive) {
    see(alive, group);
    group = new Scope(name, List.of(), tolerated);
  }

  /** A test begins; threads not seen before were made for its class. */
  synchronized void testBegins(String name, Collection<String> required, Collection<Thread> alive) {
    see(alive, group);
    test = new Scope(name, required, group.tolerated);
  }

  /** The test under way turns out to have a name and to require something. */
  synchronized void testGoesOn(String name, Collection<String> required) {
    if (test != null) {
      test.name = name;
      test.required = List.copyOf(required);
    }
  }

  /** Waits until all that the test requires has come, or the time is up. */
  synchronized void awaitRequired(long patienceNanos) throws InterruptedException {
    long deadline = System.nanoTime() + patienceNanos;
    long left = patienceNanos;
    while (test != null && !test.missing().isEmpty() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }

  /** A test ends: what it is to blame for; empty if for nothing. */
  synchronized List<String> testEnds(Collection<Thread> alive) {
    Scope ended = test == null ? NOBODY : test;
    see(alive, ended);
    test = null;
    List<String> complaints = new ArrayList<>(ended.unexpected());
    ended.missing().forEach(part -> complaints.add("(expected, did not come) " + part));
    return complaints;
  }

  /** A class ends: what was logged between its tests, by whatever it set up. */
  synchronized List<String> groupEnds(Collection<Thread> alive) {
    see(alive, group);
    List<String> complaints = group.unexpected();
    group.came.clear();
    return complaints;
  }

  /** What stragglers said, and of which tests they were. */
  synchronized List<String> late() {
    return List.copyOf(late);
  }

  /** Somebody warns. */
  synchronized void logged(Thread by, String warning) {
    Scope current = test == null ? group : test;
    Scope owner = by == runner ? current : owners.getOrDefault(by, current);
    if (owner == current || owner == group) {
      current.take(warning);
      notifyAll();
    } else if (!owner.expects(warning)) {
      late.add(owner.name + ", after its end: " + warning);
    }
  }

  private void see(Collection<Thread> alive, Scope owner) {
    for (Thread thread : alive) {
      owners.putIfAbsent(thread, owner);
    }
  }
}
