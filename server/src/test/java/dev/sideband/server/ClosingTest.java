package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final Closing closing = new Closing();
  private final List<String> closed = new ArrayList<>();

  @Test
  void shouldCloseInReverseAndOnceWhenAsked() {
    closing.add("first", () -> closed.add("first"));
    closing.add("second", () -> closed.add("second"));
    closing.close();
    closing.close();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  @ExpectWarning("closing: second failed")
  void shouldCloseTheRestWhenOneFails() {
    closing.add("first", () -> closed.add("first"));
    closing.add(
        "second",
        () -> {
          throw new IllegalStateException("stuck");
        });
    closing.close();
    assertThat(closed).containsExactly("first");
  }

  /** A timer that is waited for in vain is a warning, and a warning fails this test. */
  @Test
  void shouldNotWaitWhenATimerHasTasksForLater() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    closing.add(timer);
    Future<?> later = timer.schedule(() -> {}, 1, TimeUnit.HOURS);
    closing.close();
    assertThat(timer.isTerminated()).isTrue();
    assertThat(later.isCancelled()).isTrue();
  }
}
