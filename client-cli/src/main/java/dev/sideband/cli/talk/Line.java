package dev.sideband.cli.talk;

import org.jspecify.annotations.Nullable;

/**
 * Whichever call carries a conversation's voice just now.
 *
 * <p><b>Threads.</b> {@link #moveTo} and {@link #close} by one at a time; {@link #say} by the
 * microphone's clock; {@link #microphoneLevel} by any. Nothing is said into a call that is closed.
 */
final class Line implements AutoCloseable {
  private volatile @Nullable Leg current;

  /** From now on a connected call carries the voice; the one before it is closed. */
  void moveTo(Leg next) {
    Leg before;
    synchronized (this) {
      before = current;
      current = next;
    }
    if (before != null) {
      before.close();
    }
  }

  /** Says one frame, if there is a call. */
  synchronized void say(byte[] frame) {
    Leg leg = current;
    if (leg != null) {
      leg.say(frame);
    }
  }

  /** How loud what is said is, 0 to 32767. */
  int microphoneLevel() {
    Leg leg = current;
    return leg == null ? 0 : leg.microphoneLevel();
  }

  @Override
  public void close() {
    Leg last;
    synchronized (this) {
      last = current;
      current = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
