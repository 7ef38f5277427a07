package dev.sideband.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the event loops may go: not while a stream writes, and none writes afterwards. */
@Timeout(20)
class OpenStreamsTest {
  private final OpenStreams streams = new OpenStreams();

  @Test
  void shouldLetNoTurnBeginWhenTurnsAreClosed() throws Exception {
    assertThat(streams.tryBeginTurn()).isTrue();
    streams.endTurn();

    streams.closeTurns(Duration.ofSeconds(10));

    assertThat(streams.tryBeginTurn()).isFalse();
  }

  @Test
  void shouldNotCloseTurnsWhileOneRuns() {
    assertThat(streams.tryBeginTurn()).isTrue();

    assertThatThrownBy(() -> streams.closeTurns(Duration.ofMillis(20)))
        .isInstanceOf(TimeoutException.class);

    assertThat(streams.tryBeginTurn()).as("another turn beside it").isFalse();
    streams.endTurn();
    assertThat(streams.tryBeginTurn()).as("a turn after the last one's end").isFalse();
  }
}
