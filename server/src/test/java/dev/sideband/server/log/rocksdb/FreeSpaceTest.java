package dev.sideband.server.log.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.Lifecycle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log is read-only before the disk is full, and writable again by itself. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class FreeSpaceTest {
  private static final long LEAST = 1_000;

  private final FakeDisk disk = new FakeDisk(LEAST);
  private final FreeSpace space = new FreeSpace(disk.machine(), LEAST, disk);
  private final List<Boolean> heard = new ArrayList<>();

  FreeSpaceTest() {
    space.listen(heard::add);
  }

  private void lookWith(long free) {
    disk.setFree(free);
    space.look();
  }

  private void probe() {
    disk.passProbeInterval();
    space.look();
  }

  private boolean takes(Lifecycle lifecycle) {
    return space.lack(lifecycle).isEmpty();
  }

  @Test
  void shouldTakeEverythingWhenThereIsJustEnough() {
    lookWith(LEAST);

    assertThat(space.isWritable()).isTrue();
    assertThat(takes(new Lifecycle.Continues())).isTrue();
    assertThat(heard).isEmpty();
  }

  @Test
  @ExpectWarning("The log refuses appends: free space: 999 bytes (expected: at least 1000)")
  void shouldTakeUrgentAppendsOnlyWhenThereIsLess() {
    lookWith(LEAST - 1);

    assertThat(space.isWritable()).isFalse();
    assertThat(heard).containsExactly(false);
    assertThat(space.lack(new Lifecycle.Continues()))
        .contains("free space: 999 bytes (expected: at least 1000)");
    assertThat(takes(new Lifecycle.Ending())).isTrue();
    assertThat(takes(new Lifecycle.Ends())).isTrue();
  }

  @Test
  @ExpectWarning("The log refuses appends")
  void shouldTakeNothingWhenTheReserveIsUsedUp() {
    lookWith(LEAST / 2);
    assertThat(takes(new Lifecycle.Ends())).isTrue();

    lookWith(LEAST / 2 - 1);
    assertThat(takes(new Lifecycle.Ends())).isFalse();
    assertThat(heard).containsExactly(false);
  }

  @Test
  @ExpectWarning("The log refuses appends")
  void shouldBeWritableAgainOnlyWhenAProbeFindsMore() {
    lookWith(0);
    lookWith(LEAST * 2);
    assertThat(space.isWritable()).isFalse();
    assertThat(takes(new Lifecycle.Continues())).isFalse();

    disk.setFree(LEAST + LEAST / 8 - 1);
    probe();
    assertThat(space.isWritable()).isFalse();

    disk.setFree(LEAST + LEAST / 8);
    probe();
    assertThat(space.isWritable()).isTrue();
    assertThat(takes(new Lifecycle.Continues())).isTrue();
    assertThat(heard).containsExactly(false, true);
  }

  @Test
  @ExpectWarning("the database has stopped")
  void shouldTakeNothingWhenTheDatabaseHasStoppedByItself() {
    disk.stop(true);
    lookWith(LEAST * 2);

    assertThat(space.isWritable()).isFalse();
    assertThat(takes(new Lifecycle.Ends())).isFalse();
    disk.recover();
    probe();
    assertThat(space.isWritable()).isTrue();
    assertThat(disk.reopenings()).isZero();
  }

  @Test
  @ExpectWarning("the database has stopped")
  void shouldOpenTheDatabaseAnewWhenItHasSpaceAndDoesNotRecover() {
    disk.stop(true);
    lookWith(LEAST * 2);
    for (int probes = 1; probes < FreeSpace.PATIENCE_PROBES; probes++) {
      probe();
    }
    assertThat(disk.reopenings()).isZero();
    assertThat(space.isWritable()).isFalse();

    probe();
    assertThat(disk.reopenings()).isEqualTo(1);
    assertThat(space.isWritable()).isTrue();
  }

  @Test
  @ExpectWarning("the database has stopped")
  void shouldTryAgainWhenOpeningAnewDidNotHelp() {
    disk.stop(false);
    lookWith(LEAST * 2);
    for (int probes = 0; probes < 2 * FreeSpace.PATIENCE_PROBES; probes++) {
      probe();
    }

    assertThat(disk.reopenings()).isEqualTo(2);
    assertThat(space.isWritable()).isFalse();
  }
}
