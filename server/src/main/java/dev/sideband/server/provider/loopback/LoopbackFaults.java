package dev.sideband.server.provider.loopback;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Misbehaviour on request: each method arms a fault for the next so many occasions, after which the
 * loopback behaves again.
 *
 * <p><b>Threads.</b> Any; what is armed when a method returns holds for every request that is made
 * later.
 *
 * <p><b>Full.</b> {@value #MOST_ARMED} occasions of a kind may be armed; more are an {@link
 * IllegalArgumentException}.
 */
public final class LoopbackFaults {
  private static final int MOST_ARMED = 10_000;

  /** What is wrong with the {@code Location} of a created call. */
  public enum Location {
    MISSING,
    /** It names something that is no call. */
    FOREIGN
  }

  /** A refused create: its status and OpenAI's error code. */
  record RefusedCreate(int status, String code) {}

  private final Object lock = new Object();
  private final Deque<RefusedCreate> refusedCreates = new ArrayDeque<>();
  private final Deque<Duration> delayedCreates = new ArrayDeque<>();
  private final Deque<Location> locations = new ArrayDeque<>();
  private final Deque<Integer> refusedJoins = new ArrayDeque<>();
  private final Deque<Integer> drops = new ArrayDeque<>();
  private final Deque<Boolean> badJson = new ArrayDeque<>();
  private final Deque<Boolean> binaryFrames = new ArrayDeque<>();

  /** Refuses the next creates with a status, 400 to 599, and an error code. */
  public void refuseCreates(int count, int status, String code) {
    requireStatus(status);
    arm(refusedCreates, count, new RefusedCreate(status, code));
  }

  /** Takes longer over the next creates. */
  public void delayCreates(int count, Duration delay) {
    arm(delayedCreates, count, delay);
  }

  /** Creates the next calls, but does not say so properly. */
  public void breakLocations(int count, Location location) {
    arm(locations, count, location);
  }

  /** Refuses the next upgrades, of sidebands and primary sockets, with a status; 404 is usual. */
  public void refuseJoins(int count, int status) {
    requireStatus(status);
    arm(refusedJoins, count, status);
  }

  /** Drops each of the next sockets, without a close frame, after so many events, at least 1. */
  public void dropAfterEvents(int count, int events) {
    if (events < 1) {
      throw new IllegalArgumentException("events: " + events + " (expected: at least 1)");
    }
    arm(drops, count, events);
  }

  /** Sends text that is no JSON before each of the next events, on whichever socket. */
  public void sendBadJson(int count) {
    arm(badJson, count, true);
  }

  /** Sends a binary frame before each of the next events, on whichever socket. */
  public void sendBinaryFrames(int count) {
    arm(binaryFrames, count, true);
  }

  /** Disarms everything. */
  public void clear() {
    synchronized (lock) {
      refusedCreates.clear();
      delayedCreates.clear();
      locations.clear();
      refusedJoins.clear();
      drops.clear();
      badJson.clear();
      binaryFrames.clear();
    }
  }

  Optional<RefusedCreate> takeRefusedCreate() {
    return take(refusedCreates);
  }

  Optional<Duration> takeCreateDelay() {
    return take(delayedCreates);
  }

  Optional<Location> takeLocation() {
    return take(locations);
  }

  Optional<Integer> takeRefusedJoin() {
    return take(refusedJoins);
  }

  Optional<Integer> takeDrop() {
    return take(drops);
  }

  boolean takeBadJson() {
    return take(badJson).isPresent();
  }

  boolean takeBinaryFrame() {
    return take(binaryFrames).isPresent();
  }

  private <T> void arm(Deque<T> armed, int count, T fault) {
    synchronized (lock) {
      if (count < 1 || armed.size() + count > MOST_ARMED) {
        throw new IllegalArgumentException(
            "count: " + count + " (expected: 1 to " + (MOST_ARMED - armed.size()) + ")");
      }
      for (int i = 0; i < count; i++) {
        armed.add(fault);
      }
    }
  }

  private <T> Optional<T> take(Deque<T> armed) {
    synchronized (lock) {
      return Optional.ofNullable(armed.poll());
    }
  }

  private static void requireStatus(int status) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
    }
  }
}
