package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.WriteListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what is queued into commits: one batch, one sync, then heads, then fates and events in
 * order.
 *
 * <p><b>Failure.</b> What a failed write left on disk is unknown, and so is everything after it:
 * the writer tells the {@link FatalErrorHandler} and commits nothing more. The same goes for a fate
 * or listener that throws.
 *
 * <p><b>Threads.</b> Has none: {@link #poll} is called by one thread only.
 */
final class LogWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  // A batch this big costs a few milliseconds; a bigger one makes the first in it wait for the
  // last.
  private static final int BATCH_ITEMS = 1_000;
  private static final int BATCH_BYTES = 1 << 20;

  /**
   * What the writer works with.
   *
   * @param epoch below which appends are fenced
   * @param sync whether commits are forced to disk
   */
  record Parts(Database database, HeadTable heads, FreeSpace freeSpace, long epoch, boolean sync) {}

  private final List<WriteListener> watchers = new CopyOnWriteArrayList<>();

  private final Parts parts;
  private final AppendQueue queue;
  private final CommittedEventListener listener;
  private final FatalErrorHandler fatal;
  private final List<AppendQueue.Item> taken = new ArrayList<>();
  private @Nullable Thread owner;
  private boolean failed;

  LogWriter(
      Parts parts, AppendQueue queue, CommittedEventListener listener, FatalErrorHandler fatal) {
    this.parts = parts;
    this.queue = queue;
    this.listener = listener;
    this.fatal = fatal;
  }

  /** Has a listener told of every write from now on. Any thread. */
  void watch(WriteListener watcher) {
    watchers.add(watcher);
  }

  /** One turn: looks at the disk, takes a batch if there is one, and sees it through. */
  void poll() {
    assert isOwner() : "thread: " + Thread.currentThread() + " (expected: " + owner + ")";
    taken.clear();
    queue.drainTo(taken, BATCH_ITEMS, BATCH_BYTES);
    if (failed) {
      tellRest(0, new AppendOutcome.Unavailable("event log: failed (expected: a restart)"));
      return;
    }
    if (look() && !taken.isEmpty()) {
      commit();
    }
  }

  /** False if that failed, and with it the log. */
  private boolean look() {
    try {
      parts.freeSpace().look();
      return true;
    } catch (RuntimeException | Error e) {
      fail(e, 0);
      return false;
    }
  }

  private void commit() {
    int told = 0;
    try (Turn turn = new Turn(parts.database(), parts.heads(), parts.epoch())) {
      judge(turn);
      write(turn);
      for (Turn.Judged judged : turn.judged()) {
        told++;
        tell(judged);
      }
    } catch (RocksDBException | RuntimeException | Error e) {
      fail(e, told);
    }
  }

  private void fail(Throwable cause, int told) {
    failed = true;
    fatal.onFatalError(cause);
    tellRest(told, new AppendOutcome.Unknown("event log: failed while writing"));
  }

  private void judge(Turn turn) {
    for (AppendQueue.Item item : taken) {
      if (item instanceof AppendQueue.Item.Pass pass) {
        turn.pass(pass);
      } else if (item instanceof AppendQueue.Item.Store store) {
        parts
            .freeSpace()
            .lack(store.append().lifecycle())
            .ifPresentOrElse(why -> turn.refuse(store, why), () -> turn.judge(store));
      }
    }
  }

  private void write(Turn turn) throws RocksDBException {
    if (!turn.writesNothing()) {
      long began = parts.freeSpace().nanoTime();
      parts.database().write(turn.batch(), parts.sync());
      Duration took = Duration.ofNanos(parts.freeSpace().nanoTime() - began);
      turn.moveHeads();
      watchers.forEach(watcher -> tell(watcher, turn.written(took)));
    }
  }

  /** Who only watches must not stop the log. */
  private void tell(WriteListener watcher, WriteListener.Written written) {
    try {
      watcher.onWritten(written);
    } catch (RuntimeException e) {
      LOG.error("A watcher of the log failed; it is told no more", e);
      watchers.remove(watcher);
    }
  }

  private void tell(Turn.Judged judged) {
    if (judged.item() instanceof AppendQueue.Item.Pass pass) {
      listener.onCommitted(pass.event());
    } else if (judged.item() instanceof AppendQueue.Item.Store store) {
      AppendOutcome outcome = judged.outcome().orElseThrow();
      store.append().fate().accept(outcome);
      if (outcome instanceof AppendOutcome.Appended) {
        tellEvents(store.append(), judged);
      }
    }
  }

  private void tellEvents(Append append, Turn.Judged judged) {
    long sequence = append.expectedSequence();
    long position = judged.firstPosition();
    boolean ends = append.lifecycle() instanceof Lifecycle.Ends;
    for (LogEntry entry : append.entries()) {
      sequence++;
      boolean last = ends && sequence == append.lastSequence();
      listener.onCommitted(
          new CommittedEvent(
              append.conversation(),
              judged.owner(),
              sequence,
              position++,
              last ? CommittedEvent.Kind.LAST : CommittedEvent.Kind.STORED,
              entry.event()));
    }
  }

  private void tellRest(int told, AppendOutcome outcome) {
    for (AppendQueue.Item item : taken.subList(told, taken.size())) {
      if (item instanceof AppendQueue.Item.Store store) {
        store.append().fate().accept(outcome);
      }
    }
  }

  private boolean isOwner() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    return owner == Thread.currentThread();
  }
}
