package dev.sideband.server.log.rocksdb;

/** A disk that has as much space as a test says, and a clock that stands still. One thread. */
final class FakeDisk implements FreeSpace.Engine {
  private long free;
  private long nanos;
  private boolean stopped;
  private boolean mended = true;
  private int reopenings;

  FakeDisk(long free) {
    this.free = free;
  }

  Machine machine() {
    return new Machine(() -> free, () -> nanos);
  }

  void setFree(long bytes) {
    free = bytes;
  }

  void passProbeInterval() {
    nanos += FreeSpace.PROBE_INTERVAL.toNanos();
  }

  /** The database stops; opening it anew helps, or not. */
  void stop(boolean reopeningHelps) {
    stopped = true;
    mended = reopeningHelps;
  }

  /** The database goes on by itself. */
  void recover() {
    stopped = false;
  }

  int reopenings() {
    return reopenings;
  }

  @Override
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public boolean tryResume() {
    return !stopped;
  }

  @Override
  public void reopen() {
    reopenings++;
    stopped = !mended;
  }
}
