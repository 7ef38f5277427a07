package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.FakeEventLog;
import dev.sideband.server.log.LogFixture;
import dev.sideband.v1.RealtimeEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How recorded events come into a log: in which order, and when. */
class ReplayFeedTest {
  private final RecordedLog recorded;
  private final Recording recording;
  private final List<RealtimeEvent> fed = new ArrayList<>();
  private final FakeEventLog log = new FakeEventLog(this::onCommitted);
  private final List<Duration> waits = new ArrayList<>();
  private final List<Integer> fedAtWait = new ArrayList<>();

  ReplayFeedTest(@TempDir Path folder) {
    this.recorded = RecordedLog.write(folder.resolve("data"));
    this.recording = Recording.open(folder.resolve("data"), folder.resolve("own"));
  }

  @AfterEach
  void close() {
    recording.close();
  }

  private void onCommitted(CommittedEvent event) {
    fed.add(LogFixture.decoded(event));
  }

  /** Waits for nothing, and remembers how long it would have. */
  private void awaitUntil(Duration since) {
    waits.add(since);
    fedAtWait.add(fed.size());
  }

  private ReplayFeed feed(double speed, String... ids) {
    return new ReplayFeed(
        recording, recording.choose(List.of(ids)), log, new Speed(speed), this::awaitUntil);
  }

  private static List<Duration> seconds(double... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(each -> Duration.ofMillis((long) (each * 1000)))
        .toList();
  }

  @Test
  void shouldKeepTheRecordedDistancesWhenPlayedAsItWas() {
    ReplayFeed feed = feed(1, recorded.ended().toString());
    feed.run();

    assertThat(waits).isEqualTo(seconds(0, 2, 3, 4, 5));
    assertThat(fedAtWait).as("one at a time").containsExactly(0, 1, 2, 3, 4);
    assertThat(feed.length()).isEqualTo(Duration.ofSeconds(5));
    assertThat(feed.done()).isCompleted();
    assertThat(feed.fed()).isEqualTo(feed.events()).isEqualTo(5);
  }

  @Test
  void shouldDivideTheDistancesBySpeed() {
    feed(4, recorded.ended().toString()).run();
    assertThat(waits).isEqualTo(seconds(0, 0.5, 0.75, 1, 1.25));
  }

  @Test
  void shouldWaitForNothingWhenPlayedAtOnce() {
    feed(Double.POSITIVE_INFINITY).run();
    assertThat(waits).containsOnly(Duration.ZERO);
    assertThat(fed).hasSize(13);
  }

  @Test
  void shouldKeepTheOrderInTimeWhenSeveralConversationsArePlayed() {
    feed(1).run();

    assertThat(fed)
        .isSortedAccordingTo((one, other) -> Timestamps.compare(one.getTime(), other.getTime()));
    assertThat(log.events(recorded.ended()).stream().map(RealtimeEvent::getSequence))
        .isEqualTo(IntStream.rangeClosed(1, 5).mapToObj(Long::valueOf).toList());
    assertThat(log.head(recorded.ended()).orElseThrow().live()).isFalse();
    assertThat(log.head(recorded.live()).orElseThrow().live()).isTrue();
  }

  @Test
  void shouldLeavePrivatePartsBehind() {
    feed(1).run();
    assertThat(log.readEntries(recorded.live(), 0, Integer.MAX_VALUE))
        .allSatisfy(entry -> assertThat(entry.privatePart()).isEmpty());
  }

  @Test
  void shouldStopAndSayWhyWhenTheLogTakesNoMore() {
    ReplayFeed feed = feed(1);
    log.refuseNext(1);
    feed.run();
    CompletableFuture<Void> done = feed.done().toCompletableFuture();
    assertThatThrownBy(done::join).hasMessageContaining("the test said so");
    assertThat(fed.size()).isLessThan(13);
  }

  @Test
  void shouldReadEverySpeedThatAPersonWouldType() {
    Speed.Reader reader = new Speed.Reader();
    assertThat(reader.convert("1")).hasToString("1x");
    assertThat(reader.convert("4x")).hasToString("4x");
    assertThat(reader.convert("0.5")).hasToString("0.5x");
    assertThat(reader.convert("max").isAtOnce()).isTrue();
    assertThat(reader.convert("2.5").scaled(Duration.ofSeconds(5)))
        .isEqualTo(Duration.ofSeconds(2));
    for (String wrong : List.of("", "0", "-1", "fast", "infinity", "NaN", "x")) {
      assertThatThrownBy(() -> reader.convert(wrong)).hasMessageContaining("expected: 1 = as it");
    }
  }
}
