package dev.sideband.server.log;

import dev.sideband.server.log.EventLogException.Kind;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An event log in memory that does what a test tells it to.
 *
 * <p>Left alone it commits at once, on the thread that appends, and tells fate and listener before
 * {@link #append} returns; one made inside a fate or a listener waits for its turn. {@link #hold}
 * stops commits, {@link #release} and {@link #release(int)} let them go, {@link #refuseNext},
 * {@link #doubtNext} and {@link #failNext} make the next ones fail, {@link #setWritable} all but
 * urgent ones. {@link #reopen} gives the log that a restarted server would find, {@link #crash}
 * first loses what is queued.
 *
 * <p><b>Threads.</b> Any; one at a time commits and tells.
 */
public final class FakeEventLog implements EventLog {
  private static final int QUEUE_ITEMS = 16_384;

  /** What to do with one of the next appends instead of judging it. */
  private record Failure(AppendOutcome outcome, boolean written) {}

  private final Object lock = new Object();
  private final FakeLogStore store;
  private final CommittedEventListener listener;
  private final long epoch;
  private final Deque<Object> queue = new ArrayDeque<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private long permits = Long.MAX_VALUE;
  private final List<WritabilityListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean writable = true;
  private boolean closed;
  private boolean readsFail;
  private long entriesRead;
  private @Nullable Thread teller;

  /** An empty log whose tail nobody hears. */
  public FakeEventLog() {
    this(event -> {});
  }

  /** An empty log. */
  public FakeEventLog(CommittedEventListener listener) {
    this(new FakeLogStore(), listener);
  }

  private FakeEventLog(FakeLogStore store, CommittedEventListener listener) {
    this.store = store;
    this.listener = listener;
    this.epoch = store.open();
  }

  /** Commits nothing until told to. Appends queue up. */
  public void hold() {
    synchronized (lock) {
      permits = 0;
    }
  }

  /** Commits what is queued, and at once again from now on. */
  public void release() {
    synchronized (lock) {
      permits = Long.MAX_VALUE;
    }
    work();
  }

  /** Commits the next few of what is queued, and holds on. */
  public void release(int items) {
    synchronized (lock) {
      permits += items;
    }
    work();
  }

  /** Makes the next appends {@link AppendOutcome.Unavailable}. */
  public void refuseNext(int appends) {
    for (int i = 0; i < appends; i++) {
      failNext(new AppendOutcome.Unavailable("the test said so"));
    }
  }

  /** Makes the next append {@link AppendOutcome.Unknown}, and writes it, or not. */
  public void doubtNext(boolean written) {
    fail(new Failure(new AppendOutcome.Unknown("the test said so"), written));
  }

  /** Gives the next append this fate, unwritten. */
  public void failNext(AppendOutcome outcome) {
    fail(new Failure(outcome, false));
  }

  private void fail(Failure failure) {
    synchronized (lock) {
      failures.add(failure);
    }
  }

  /** Makes the disk full, or not, and tells the listeners. */
  public void setWritable(boolean now) {
    writable = now;
    listeners.forEach(listener -> listener.onWritable(now));
  }

  /** Takes back all failures that were asked for. */
  public void heal() {
    synchronized (lock) {
      failures.clear();
    }
    setWritable(true);
  }

  /** Makes every read fail as {@link Kind#UNAVAILABLE}, until told otherwise. */
  public void failReads(boolean fail) {
    synchronized (lock) {
      readsFail = fail;
    }
  }

  /** Loses what is queued, telling nobody, and closes. */
  public void crash() {
    synchronized (lock) {
      queue.clear();
    }
    close();
  }

  /** Closes this log, if it is open, and opens what it stored, with the next epoch. */
  public FakeEventLog reopen(CommittedEventListener newListener) {
    close();
    FakeEventLog reopened = new FakeEventLog(store, newListener);
    reopened.writable = writable; // It is the same disk.
    return reopened;
  }

  /** Loses all memos: as if a version that knows none had written it all. */
  public void forgetMemos() {
    synchronized (lock) {
      store.forgetMemos();
    }
  }

  /** Changes what was left of a kind, behind the log's back. */
  public void changeMemos(Memo.Kind kind, UnaryOperator<byte[]> change) {
    synchronized (lock) {
      store.changeMemos(kind, change);
    }
  }

  /** How many entries were read with their private parts since it was opened. */
  public long entriesRead() {
    synchronized (lock) {
      return entriesRead;
    }
  }

  /** How many appends and ephemeral events wait. */
  public int queued() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /** All committed events of a conversation, decoded. */
  public List<RealtimeEvent> events(ConversationId conversation) {
    synchronized (lock) {
      return store.read(conversation, 0, Integer.MAX_VALUE).stream()
          .map(LogFixture::decoded)
          .toList();
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public void append(Append append) {
    if (append.epoch() > epoch) {
      throw new IllegalArgumentException(
          "epoch: %d (expected: at most %d, this log's)".formatted(append.epoch(), epoch));
    }
    Optional<String> refusal = Optional.empty();
    synchronized (lock) {
      if (closed) {
        refusal = Optional.of("event log: closing");
      } else if (queue.size() >= QUEUE_ITEMS) {
        refusal = Optional.of("event log: queue is full");
      } else {
        queue.add(append);
      }
    }
    refusal.ifPresentOrElse(
        why -> append.fate().accept(new AppendOutcome.Unavailable(why)), this::work);
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void listen(WritabilityListener listener) {
    listeners.add(listener);
  }

  @Override
  public boolean pass(CommittedEvent ephemeral) {
    synchronized (lock) {
      if (closed || queue.size() >= QUEUE_ITEMS / 2) {
        return false;
      }
      queue.add(ephemeral);
    }
    work();
    return true;
  }

  /** Takes turns until there is nothing to do, unless somebody is at it already. */
  private void work() {
    synchronized (lock) {
      if (teller != null) {
        return;
      }
      teller = Thread.currentThread();
    }
    for (Runnable telling = turn(); telling != null; telling = turn()) {
      telling.run();
    }
  }

  /** Commits the next item; what is left is to tell it. Null if there is nothing to do. */
  private @Nullable Runnable turn() {
    synchronized (lock) {
      if (queue.isEmpty() || (permits == 0 && !closed)) {
        teller = null;
        lock.notifyAll();
        return null;
      }
      permits -= permits == Long.MAX_VALUE || permits == 0 ? 0 : 1;
      Object item = queue.remove();
      if (item instanceof CommittedEvent ephemeral) {
        return () -> listener.onCommitted(ephemeral);
      }
      return commit((Append) item);
    }
  }

  private Runnable commit(Append append) {
    Optional<Failure> failure =
        writable || append.lifecycle().isUrgent()
            ? Optional.ofNullable(failures.poll())
            : Optional.of(new Failure(new AppendOutcome.Unavailable("free space: none"), false));
    AppendOutcome judged = store.judge(append, epoch);
    boolean written =
        judged instanceof AppendOutcome.Appended && failure.map(Failure::written).orElse(true);
    List<CommittedEvent> events = written ? store.commit(append) : List.of();
    AppendOutcome outcome = failure.map(Failure::outcome).orElse(judged);
    return () -> {
      append.fate().accept(outcome);
      events.forEach(listener::onCommitted);
    };
  }

  @Override
  public List<CommittedEvent> read(ConversationId conversation, long afterSequence, int maxBytes) {
    synchronized (lock) {
      requireReadable();
      return store.read(conversation, afterSequence, maxBytes);
    }
  }

  @Override
  public List<LogEntry> readEntries(ConversationId conversation, long afterSequence, int maxBytes) {
    synchronized (lock) {
      requireReadable();
      List<LogEntry> entries = store.readEntries(conversation, afterSequence, maxBytes);
      entriesRead += entries.size();
      return entries;
    }
  }

  @Override
  public Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind) {
    synchronized (lock) {
      requireReadable();
      return store.memo(conversation, kind);
    }
  }

  @Override
  public List<CommittedEvent> readAll(long afterPosition, int maxBytes) {
    synchronized (lock) {
      requireReadable();
      return store.readAll(afterPosition, maxBytes);
    }
  }

  @Override
  public long lastPosition() {
    synchronized (lock) {
      return store.lastPosition();
    }
  }

  @Override
  public Optional<Head> head(ConversationId conversation) {
    synchronized (lock) {
      requireReadable();
      return store.head(conversation);
    }
  }

  @Override
  public List<Head> heads(HeadQuery query) {
    synchronized (lock) {
      requireReadable();
      return store.heads(query);
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    work();
    synchronized (lock) {
      while (teller != null && teller != Thread.currentThread()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException("close: interrupted", e);
        }
      }
    }
  }

  private void requireReadable() {
    if (closed || readsFail) {
      throw new EventLogException(Kind.UNAVAILABLE, closed ? "closed" : "the test said so");
    }
  }
}
