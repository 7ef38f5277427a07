package dev.sideband.server.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.fanout.FanOut.Reader;
import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.RealtimeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Subscribers come, stall, resume and go while conversations happen in bursts; whatever the seed,
 * each that stays receives the log's own bytes: in order, each once, none missing. Replay a failure
 * with its seed.
 */
class FanOutPropertyTest {
  private static final List<String> OWNERS = List.of("alice", "bob", "alice");
  private static final List<ConversationId> TALKS =
      IntStream.range(0, OWNERS.size()).mapToObj(i -> new ConversationId(new UUID(9, i))).toList();
  private static final int BURSTS = 80;

  private record Watched(
      Follower follower, Optional<Integer> conversation, Optional<String> owner, int after) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 20261122, 987654321})
  void shouldDeliverAGaplessRunOfTheLogWhenSubscribersStall(long seed) {
    Random random = new Random(seed);
    try (FanOutFixture given = new FanOutFixture()) {
      int[] lengths = new int[TALKS.size()];
      List<Watched> watched = new ArrayList<>();
      for (int burst = 0; burst < BURSTS; burst++) {
        int talk = random.nextInt(TALKS.size());
        lengths[talk] += happen(random, given, talk);
        stir(random, watched);
        if (watched.size() < 24 && random.nextInt(3) == 0) {
          watched.add(newcomer(random, given, lengths));
        }
      }
      for (int talk = 0; talk < TALKS.size(); talk++) {
        given.log.commitLast(TALKS.get(talk), OWNERS.get(talk));
      }
      watched.forEach(each -> each.follower().resume());
      for (Watched each : watched) {
        assertThatItIsARunOfTheLog(given, each, seed);
      }
    }
  }

  /** A burst of events in one conversation, some of them large, some with audio after them. */
  private static int happen(Random random, FanOutFixture given, int talk) {
    int events = 1 + random.nextInt(random.nextInt(10) == 0 ? 1500 : 40);
    for (int i = 0; i < events; i++) {
      int bytes = random.nextInt(100) == 0 ? 70_000 : random.nextInt(400);
      given.log.commit(TALKS.get(talk), OWNERS.get(talk), bytes);
      if (random.nextInt(8) == 0) {
        given.log.commitAudio(TALKS.get(talk), OWNERS.get(talk), 300);
      }
    }
    return events;
  }

  private static void stir(Random random, List<Watched> watched) {
    for (Watched each : watched) {
      switch (random.nextInt(6)) {
        case 0, 1 -> each.follower().stalled();
        case 2 -> each.follower().resume();
        default -> {}
      }
    }
    if (!watched.isEmpty() && random.nextInt(12) == 0) {
      watched.remove(random.nextInt(watched.size())).follower().subscription().close();
    }
  }

  private static Watched newcomer(Random random, FanOutFixture given, int[] lengths) {
    Reader reader = List.of(FanOutFixture.ALICE, FanOutFixture.WATCHER).get(random.nextInt(2));
    Optional<String> owner = reader.seesAll() ? Optional.empty() : Optional.of(reader.name());
    int talk = random.nextInt(TALKS.size());
    boolean visible = lengths[talk] > 0 && reader.maySee(OWNERS.get(talk));
    if (random.nextInt(3) == 0 || !visible) {
      Follower all = given.followAll(reader, Scope.Everything.cursorAt(0));
      return new Watched(all, Optional.empty(), owner, 0);
    }
    int after = random.nextInt(lengths[talk] + 1);
    Follower one = given.follow(reader, TALKS.get(talk), after);
    return new Watched(one, Optional.of(talk), owner, after);
  }

  private static void assertThatItIsARunOfTheLog(FanOutFixture given, Watched watched, long seed) {
    List<byte[]> expected =
        watched
            .conversation()
            .map(talk -> given.log.committedIn(TALKS.get(talk)))
            .orElseGet(() -> given.log.committedBy(watched.owner()));
    List<byte[]> wanted = expected.subList(watched.after(), expected.size());
    await("seed " + seed)
        .atMost(Duration.ofSeconds(20))
        .until(() -> stored(watched.follower()).size() >= wanted.size());
    List<RealtimeEvent> got = stored(watched.follower());
    assertThat(got).as("seed %d", seed).hasSameSizeAs(wanted);
    for (int i = 0; i < got.size(); i++) {
      assertThat(got.get(i).toByteArray())
          .as("seed %d, event %d", seed, i)
          .isEqualTo(wanted.get(i));
    }
    assertAudioKeptItsPlace(watched.follower().events(), seed);
  }

  private static List<RealtimeEvent> stored(Follower follower) {
    return follower.events().stream().filter(e -> e.getSequence() > 0).toList();
  }

  private static void assertAudioKeptItsPlace(List<RealtimeEvent> events, long seed) {
    long last = -1;
    for (RealtimeEvent event : events) {
      if (event.getSequence() == 0) {
        assertThat(event.getAfterSequence()).as("seed %d", seed).isEqualTo(last);
      } else {
        last = event.getSequence();
      }
    }
  }
}
