package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl;
import java.util.Optional;
import java.util.Random;

/**
 * What goes wrong while the server lives: its provider, its disk, its subscribers.
 *
 * <p><b>Threads.</b> The supervisor's.
 */
final class Mischief {
  private static final int[] CLOSE_CODES = {1001, 1011, 1012, 1013};

  private final Stage stage;
  private final LoopbackControl provider;
  private final Pulse pulse;
  private final Optional<Disk> disk;
  private final Random random;
  private boolean diskIsFull;

  Mischief(Stage stage, LoopbackControl provider, Pulse pulse, Optional<Disk> disk, Random random) {
    this.stage = stage;
    this.provider = provider;
    this.pulse = pulse;
    this.disk = disk;
    this.random = random;
  }

  /** The one dice of all harm. */
  Random random() {
    return random;
  }

  /** One thing, of the many. */
  void strike() {
    switch (random.nextInt(7)) {
      case 0 -> {
        int count = 2 + random.nextInt(4);
        pulse.tell(count + " sidebands dropped");
        provider.drop(count);
      }
      case 1 -> {
        pulse.tell("every sideband dropped");
        provider.drop(Integer.MAX_VALUE);
      }
      case 2 -> {
        int code = CLOSE_CODES[random.nextInt(CLOSE_CODES.length)];
        pulse.tell("every sideband closed, " + code);
        provider.close(code);
      }
      case 3 -> {
        pulse.tell("2 sidebands dropped, and 2 joins refused");
        provider.refuseJoins(2, 503);
        provider.drop(2);
      }
      case 4 -> stall();
      case 5 -> {
        pulse.tell("some subscribers paused");
        stage.pauseSome(random);
      }
      default -> fillDisk();
    }
  }

  private void stall() {
    int millis = 300 + random.nextInt(2_200);
    pulse.tell("the provider stalls for " + millis + " ms");
    provider.stall(true);
    pulse.rest(millis);
    provider.stall(false);
  }

  private void fillDisk() {
    if (disk.isEmpty()) {
      return;
    }
    int millis = 500 + random.nextInt(1_500);
    disk.get().fill();
    diskIsFull = true;
    boolean overKill = random.nextBoolean();
    pulse.tell(
        overKill ? "the disk is full, and stays so" : "the disk is full for " + millis + " ms");
    pulse.rest(millis);
    if (!overKill) {
      freeDisk();
    }
  }

  /** Frees the disk, if it is full: a server that was killed meanwhile started without space. */
  void freeDisk() {
    if (diskIsFull) {
      diskIsFull = false;
      disk.ifPresent(Disk::free);
      pulse.tell("the disk is free again");
    }
  }

  /** Everything behaves from now on. */
  void end() {
    provider.behave();
    freeDisk();
  }
}
