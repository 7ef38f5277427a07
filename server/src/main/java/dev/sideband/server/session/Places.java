package dev.sideband.server.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Lets a bounded number of like things be under way at once; the others wait, in their order.
 *
 * <p><b>Full queue.</b> None: whoever waits is one of its coordinator's sessions, or was one.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Places {

  /** What somebody has, or waits for. */
  final class Place {
    private final Consumer<Place> action;
    private boolean taken;
    private boolean left;

    private Place(Consumer<Place> action) {
      this.action = action;
    }

    /** Makes room for the next; or gives up waiting. Safe to repeat. */
    void leave() {
      if (left) {
        return;
      }
      left = true;
      if (taken) {
        inUse--;
        callNext();
      }
    }
  }

  private final int most;
  private final Lanes lanes;
  private final Deque<Place> waiting = new ArrayDeque<>();
  private int inUse;

  Places(int most, Lanes lanes) {
    this.most = most;
    this.lanes = lanes;
  }

  /** Does something at once, or as a completion when it is its turn; it leaves its place itself. */
  Place take(Consumer<Place> action) {
    Place place = new Place(action);
    if (inUse < most) {
      enter(place);
      action.accept(place);
    } else {
      waiting.add(place);
    }
    return place;
  }

  private void enter(Place place) {
    place.taken = true;
    inUse++;
  }

  private void callNext() {
    while (inUse < most && !waiting.isEmpty()) {
      Place next = waiting.remove();
      if (!next.left) {
        enter(next);
        lanes.postCompletion(() -> act(next));
      }
    }
  }

  private static void act(Place place) {
    if (!place.left) {
      place.action.accept(place);
    }
  }
}
