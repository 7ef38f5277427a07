package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.CommittedEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the log writer, in order.
 *
 * <p><b>Threads.</b> Any thread may offer and close; none of that waits but for a lock that is held
 * for a few instructions. The log writer alone takes.
 *
 * <p><b>Full queue.</b> An offer is refused. Ephemeral events may fill half of it: they are dropped
 * first.
 */
final class AppendQueue {

  /** Something to commit, or to pass between commits. */
  sealed interface Item {
    int bytes();

    /** To be written. */
    record Store(Append append, int bytes) implements Item {}

    /** To be handed to the listener, unwritten. */
    record Pass(CommittedEvent event) implements Item {
      @Override
      public int bytes() {
        return event.event().length;
      }
    }
  }

  /** What became of an offer. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  private final int maxItems;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  AppendQueue(int maxItems, long maxBytes) {
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  Offer tryAppend(Append append) {
    return tryAdd(new Item.Store(append, append.bytes()), maxItems, maxBytes);
  }

  Offer tryPass(CommittedEvent ephemeral) {
    return tryAdd(new Item.Pass(ephemeral), maxItems / 2, maxBytes / 2);
  }

  private Offer tryAdd(Item item, int itemLimit, long byteLimit) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (items.size() >= itemLimit || bytes + item.bytes() > byteLimit) {
        return Offer.FULL;
      }
      items.add(item);
      bytes += item.bytes();
      if (items.size() == 1) {
        work.signal();
      }
      return Offer.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for an item, but not longer than this. False if there is none, and none will come. */
  boolean awaitWork(Duration patience) {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (items.isEmpty() && !closed && left > 0) {
        left = work.awaitNanos(left);
      }
      return !items.isEmpty() || !closed;
    } catch (InterruptedException e) {
      throw new IllegalStateException("log writer: interrupted (expected: a closed queue)", e);
    } finally {
      lock.unlock();
    }
  }

  /** Moves the oldest items to the target: within the limits, but one at least if there is one. */
  void drainTo(List<Item> target, int itemLimit, int byteLimit) {
    lock.lock();
    try {
      long taken = 0;
      while (!items.isEmpty() && target.size() < itemLimit) {
        int next = items.element().bytes();
        if (taken > 0 && taken + next > byteLimit) {
          return;
        }
        target.add(items.remove());
        taken += next;
        bytes -= next;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses further offers; what waits can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }
}
