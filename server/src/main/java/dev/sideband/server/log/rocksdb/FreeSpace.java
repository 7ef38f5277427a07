package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.WritabilityListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that the disk keeps room. Looked at before each batch, because a write that fails for
 * want of space halfway leaves a doubt that only halting resolves.
 *
 * <p><b>Marks.</b> With less than {@code least} free the log is read-only. Urgent appends go on
 * down to half of that. It is writable again when a probe, once a second, finds an eighth more than
 * {@code least}: a disk that hovers there does not make it flap. A database that stopped by itself
 * has some seconds with space to recover; after that it is opened anew.
 *
 * <p><b>Threads.</b> The log writer's alone, but for {@link #isWritable}, {@link #listen} and what
 * says so.
 */
final class FreeSpace {
  /** How often a log that lacks space is probed. */
  static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

  /** How many probes in a row find space before a database that is stopped is opened anew. */
  static final int PATIENCE_PROBES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

  /** What may stop by itself when the disk is full. */
  interface Engine {

    /** Whether it may have stopped taking writes: something failed in its background. */
    boolean isStopped();

    /** Writes a row that means nothing; true, and it counts as going on, if that worked. */
    boolean tryResume();

    /**
     * Opens it anew.
     *
     * @throws EventLogException if that is impossible; it is stopped then
     */
    void reopen();
  }

  private final Machine machine;
  private final long least;
  private final Engine engine;
  private final List<WritabilityListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean writable = true;
  private long free;
  private boolean stopped;
  private long nextProbe;
  private int roomyProbes;

  FreeSpace(Machine machine, long least, Engine engine) {
    this.machine = machine;
    this.least = least;
    this.engine = engine;
  }

  boolean isWritable() {
    return writable;
  }

  void listen(WritabilityListener listener) {
    listeners.add(listener);
  }

  /** How much there is beyond what urgent appends may use; negative if less. Any thread. */
  long beyondReserve() {
    return machine.usableBytes().getAsLong() - least / 2;
  }

  /** How much there is. Any thread. */
  long bytes() {
    return machine.usableBytes().getAsLong();
  }

  /** The machine's monotonic clock. Any thread. */
  long nanoTime() {
    return machine.nanoTime().getAsLong();
  }

  /** Measures, and tells listeners if that changes something. */
  void look() {
    free = machine.usableBytes().getAsLong();
    stopped = engine.isStopped();
    if (writable) {
      if (stopped || free < least) {
        LOG.warn("The log refuses appends: {}; endings are still recorded", why());
        nextProbe = machine.nanoTime().getAsLong() + PROBE_INTERVAL.toNanos();
        turn(false);
      }
    } else if (machine.nanoTime().getAsLong() - nextProbe >= 0) {
      nextProbe = machine.nanoTime().getAsLong() + PROBE_INTERVAL.toNanos();
      probe();
    }
  }

  private void probe() {
    if (free < least + least / 8) {
      roomyProbes = 0;
      return;
    }
    roomyProbes++;
    if (stopped && !engine.tryResume() && roomyProbes >= PATIENCE_PROBES) {
      roomyProbes = 0;
      reopen();
    }
    stopped = engine.isStopped();
    if (!stopped) {
      roomyProbes = 0;
      LOG.info("The log takes appends again: there is space");
      turn(true);
    }
  }

  private void reopen() {
    try {
      engine.reopen();
    } catch (EventLogException e) {
      LOG.warn("The log has space again, but cannot be opened; it is tried again", e);
    }
  }

  private void turn(boolean now) {
    writable = now;
    listeners.forEach(listener -> listener.onWritable(now));
  }

  /** Why an append cannot be written now, if so; as of the last look. */
  Optional<String> lack(Lifecycle lifecycle) {
    boolean refused = stopped || free < (lifecycle.isUrgent() ? least / 2 : least);
    return refused || (!writable && !lifecycle.isUrgent()) ? Optional.of(why()) : Optional.empty();
  }

  private String why() {
    return stopped
        ? "event log: the database has stopped, for want of space (expected: to be opened anew)"
        : "free space: %d bytes (expected: at least %d)".formatted(free, least);
  }
}
