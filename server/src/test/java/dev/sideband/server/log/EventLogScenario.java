package dev.sideband.server.log;

import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.entries;

import dev.sideband.server.log.LogFixture.Told;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A log that a test can open, reopen and append to, and what it told. */
abstract class EventLogScenario {
  protected Told told = new Told();
  protected EventLog log;

  /** Opens the log of this test: the same one each time, which is closed. */
  protected abstract EventLog open(CommittedEventListener listener);

  @BeforeEach
  void openLog() {
    log = open(told);
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** What was heard before is forgotten. */
  protected final void reopen() {
    log.close();
    told = new Told();
    log = open(told);
  }

  protected final AppendOutcome append(
      ConversationId conversation, long expected, String... events) {
    return LogFixture.fateOf(
        log, LogFixture.append(log, conversation, expected, told.fate(), events));
  }

  protected final AppendOutcome end(ConversationId conversation, long expected, String... events) {
    return LogFixture.fateOf(log, ending(conversation, expected, events));
  }

  private Append ending(ConversationId conversation, long expected, String... events) {
    return new Append(
        conversation, log.epoch(), expected, entries(events), new Lifecycle.Ends(), told.fate());
  }

  /** Appends without waiting. */
  protected final void queue(
      ConversationId conversation, long expected, Consumer<AppendOutcome> fate, String... events) {
    log.append(LogFixture.append(log, conversation, expected, fate, events));
  }

  protected final List<CommittedEvent> readAll(ConversationId conversation) {
    return log.read(conversation, 0, Integer.MAX_VALUE);
  }
}
