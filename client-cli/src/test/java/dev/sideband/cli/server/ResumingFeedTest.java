package dev.sideband.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResumingFeedTest {
  private final Deque<Supplier<Optional<RealtimeEvents>>> script = new ArrayDeque<>();
  private final List<Long> askedAfter = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final ResumingFeed feed =
      new ResumingFeed(
          this::subscribe,
          failure -> failure.exitCode() == ExitCode.NO_SERVER,
          SubscribeRequest.newBuilder().setConversationId("c").setFollow(true).build(),
          new ResumingFeed.Listener() {
            @Override
            public void away() {
              told.add("away");
            }

            @Override
            public void back() {
              told.add("back");
            }
          });

  private Feed subscribe(SubscribeRequest request) {
    askedAfter.add(request.getAfterSequence());
    return new Feed() {
      @Override
      public Optional<RealtimeEvents> next() {
        return script.remove().get();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  private static Supplier<Optional<RealtimeEvents>> events(long... sequences) {
    RealtimeEvents.Builder batch = RealtimeEvents.newBuilder();
    for (long sequence : sequences) {
      batch.addEvents(RealtimeEvent.newBuilder().setSequence(sequence));
    }
    return () -> Optional.of(batch.build());
  }

  private static Supplier<Optional<RealtimeEvents>> failure(ExitCode code) {
    return () -> {
      throw new CliException(code, "gone");
    };
  }

  @Test
  void shouldSubscribeAgainAfterTheLastSequenceAndTellEachChangeOnce() {
    script.add(events(1, 2, 3));
    script.add(failure(ExitCode.NO_SERVER));
    script.add(failure(ExitCode.NO_SERVER));
    script.add(events(4));
    script.add(Optional::empty);
    assertThat(feed.next().orElseThrow().getEventsCount()).isEqualTo(3);
    assertThat(feed.next().orElseThrow().getEvents(0).getSequence()).isEqualTo(4);
    assertThat(feed.next()).isEmpty();
    assertThat(askedAfter).containsExactly(0L, 3L, 3L);
    assertThat(told).containsExactly("away", "back");
  }

  @Test
  void shouldFailWhenTheServerRefuses() {
    script.add(failure(ExitCode.FAILED));
    assertThatThrownBy(feed::next).isInstanceOf(CliException.class);
    assertThat(askedAfter).hasSize(1);
  }

  @Test
  void shouldEndWhenItIsClosedWhileTheServerIsAway() {
    script.add(failure(ExitCode.NO_SERVER));
    feed.close();
    assertThat(feed.next()).isEmpty();
  }
}
