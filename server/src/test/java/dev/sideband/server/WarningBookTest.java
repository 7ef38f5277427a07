package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class WarningBookTest {
  private static final Logger LOG = LoggerFactory.getLogger(WarningBookTest.class);

  // Never started: a name to log under is all that is needed.
  private final Thread runner = new Thread(() -> {}, "runner");
  private final WarningBook book = new WarningBook(runner);
  private final List<Thread> alive = new ArrayList<>(List.of(runner));

  @BeforeEach
  void begin() {
    book.groupBegins("Group", List.of("tolerated"), alive);
  }

  private Thread born() {
    Thread thread = new Thread(() -> {}, "worker");
    alive.add(thread);
    return thread;
  }

  private void testBegins(String... required) {
    book.testBegins("test", List.of(required), alive);
  }

  @Test
  void shouldBlameTheTestUnderWayWhenItsThreadsWarn() {
    testBegins();
    book.logged(runner, "one");
    book.logged(born(), "two");
    assertThat(book.testEnds(alive)).containsExactly("one", "two");
    assertThat(book.late()).isEmpty();
  }

  @Test
  void shouldBlameTheEarlierTestWhenItsThreadWarnsLater() {
    testBegins();
    Thread worker = born();
    assertThat(book.testEnds(alive)).isEmpty();

    book.testBegins("next", List.of(), alive);
    book.logged(worker, "too late");

    assertThat(book.testEnds(alive)).isEmpty();
    assertThat(book.late()).containsExactly("test, after its end: too late");
  }

  @Test
  void shouldBlameTheTestUnderWayWhenTheClassMadeTheThread() {
    Thread shared = born();
    testBegins();
    assertThat(book.testEnds(alive)).isEmpty();
    testBegins();
    book.logged(shared, "now");
    assertThat(book.testEnds(alive)).containsExactly("now");
  }

  @Test
  void shouldBlameNobodyWhenTheWarningIsExpected() {
    testBegins("required");
    book.logged(runner, "this is required");
    book.logged(runner, "this is tolerated");
    assertThat(book.testEnds(alive)).isEmpty();
  }

  @Test
  void shouldComplainWhenAnExpectedWarningDoesNotCome() {
    testBegins("required");
    assertThat(book.testEnds(alive)).containsExactly("(expected, did not come) required");
  }

  @Test
  void shouldBlameTheClassWhenItWarnsBetweenTests() {
    book.logged(runner, "in between");
    assertThat(book.groupEnds(alive)).containsExactly("in between");
  }

  @Test
  void shouldForgiveALateWarningWhenItsTestExpectedIt() {
    testBegins("required");
    Thread worker = born();
    book.logged(worker, "required");
    book.testEnds(alive);
    book.logged(worker, "required, again");
    assertThat(book.late()).isEmpty();
  }

  @Test
  @ExpectWarning("a warning that is expected")
  void shouldWatchTheRealLog() {
    LOG.warn("a warning that is expected");
  }
}
