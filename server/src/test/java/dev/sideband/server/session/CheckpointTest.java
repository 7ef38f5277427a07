package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.store.v1.Checkpoint;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.TranscriptDelta;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A conversation that is rebuilt from a checkpoint is the one that its events tell. */
class CheckpointTest {
  private static final int SEEDS = 1000;
  private static final int EVENTS = 200;

  private final SessionWorld world = new SessionWorld();

  @Test
  @Timeout(120)
  void shouldBeTheSameFromEveryCheckpointOn() throws InvalidProtocolBufferException {
    Map<String, Set<String>> seen = new TreeMap<>();
    BiConsumer<String, String> noting = (field, value) -> note(field, value, seen);
    for (long seed = 0; seed < SEEDS; seed++) {
      List<LogEntry> history = history(seed);
      int at = 1 + new Random(seed).nextInt(EVENTS - 1);
      StoredConversation whole = replayed(history.subList(0, at));
      byte[] bytes = Checkpoints.of(whole.state(), whole.secrets()).toByteArray();
      StoredConversation restored = StoredConversation.restored(Checkpoint.parseFrom(bytes));
      assertSame(restored, whole, "seed %d, checkpoint at %d".formatted(seed, at), noting);
      for (LogEntry entry : history.subList(at, EVENTS)) {
        whole.evolve(entry);
        restored.evolve(entry);
      }
      assertSame(
          restored, whole, "seed %d, %d events after %d".formatted(seed, EVENTS - at, at), noting);
    }
    assertThat(seen)
        .as("what never changes is not tested: have a history that changes it")
        .allSatisfy((field, values) -> assertThat(values).as(field).hasSizeGreaterThan(1));
  }

  /** Notes what is in a field; two values are enough. */
  private static void note(String field, String value, Map<String, Set<String>> seen) {
    Set<String> values = seen.computeIfAbsent(field, unseen -> new HashSet<>());
    if (values.size() < 2) {
      values.add(value);
    }
  }

  /** Tells each field of the whole one on the way. */
  private static void assertSame(
      StoredConversation restored,
      StoredConversation whole,
      String where,
      BiConsumer<String, String> seen) {
    assertThat(Innards.of(restored.state())).as(where).isEqualTo(Innards.of(whole.state(), seen));
    assertThat(Innards.of(restored.secrets()))
        .as(where)
        .isEqualTo(Innards.of(whole.secrets(), seen));
    assertThat(restored.state().toProto()).as(where).isEqualTo(whole.state().toProto());
    assertThat(Checkpoints.of(restored.state(), restored.secrets()))
        .as(where)
        .isEqualTo(Checkpoints.of(whole.state(), whole.secrets()));
  }

  private static List<LogEntry> history(long seed) {
    RandomEvents events = new RandomEvents(seed);
    List<LogEntry> history = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      history.add(events.next());
    }
    return history;
  }

  private static StoredConversation replayed(List<LogEntry> history) {
    StoredConversation replayed = StoredConversation.empty();
    history.forEach(replayed::evolve);
    return replayed;
  }

  private Live talkative(int words) {
    Live live = world.live();
    for (int i = 0; i < words; i++) {
      live.hears("response.output_audio_transcript.delta", word("item_" + i / 20));
    }
    return live;
  }

  private static RealtimeEvent.Builder word(String itemId) {
    return RealtimeEvent.newBuilder()
        .setTranscriptDelta(
            TranscriptDelta.newBuilder()
                .setItemId(itemId)
                .setRole(Role.ASSISTANT)
                .setDelta("word "));
  }

  private void restart(Live live) {
    live.sideband().close();
    world.restart();
    live.rejoined();
  }

  @Test
  void shouldReadOnlyWhatCameAfterTheCheckpoint() {
    Live live = talkative(5 * CheckpointPace.EVENTS);
    ConversationState before = world.state(live.id());
    restart(live);
    assertThat(world.log.entriesRead()).isBetween(1L, 2L * CheckpointPace.EVENTS);
    assertThat(world.state(live.id()).getTranscriptList()).isEqualTo(before.getTranscriptList());
    assertThat(live.story()).endsWith(PayloadCase.SIDEBAND_JOINED, PayloadCase.SIDEBAND_REJOINED);
  }

  @Test
  void shouldReadNothingOfWhatHasEnded() {
    Live ended = talkative(5 * CheckpointPace.EVENTS);
    assertThat(world.stop(ended.id())).isCompleted();
    world.provider.nextHangUp().succeed(HangUpOutcome.HUNG_UP);
    world.settle();
    assertThat(ended.story()).endsWith(PayloadCase.CONVERSATION_ENDED);
    world.restart();
    assertThat(world.log.entriesRead()).isZero();
    assertThat(world.log.memo(ended.id(), Memo.Kind.CHECKPOINT)).isEmpty();
  }

  @Test
  void shouldTakeACheckpointSeldomerTheLargerItIs() {
    SessionOptions wordy =
        SessionOptions.newBuilder().setInstructions("be kind. ".repeat(5_000)).build();
    Live live = world.live(SessionWorld.webRtc(wordy));
    for (int i = 0; i < 2 * CheckpointPace.EVENTS; i++) {
      live.hears("response.output_audio_transcript.delta", word("item"));
    }
    assertThat(latest(live).getSequence()).isLessThanOrEqualTo(CheckpointPace.EVENTS + 1);
  }

  private Checkpoint latest(Live live) {
    return Checkpoints.read(world.log, live.id()).orElseThrow();
  }

  @Test
  void shouldReadAllWhenTheCheckpointIsOfAnotherFormat() {
    Live live = talkative(2 * CheckpointPace.EVENTS);
    byte[] other = latest(live).toBuilder().setFormat(Checkpoints.FORMAT + 1).build().toByteArray();
    world.log.changeMemos(Memo.Kind.CHECKPOINT, bytes -> other);
    int events = live.story().size();
    restart(live);
    assertThat(world.log.entriesRead()).isEqualTo(events);
  }

  @Test
  @ExpectWarning("its checkpoint is damaged")
  void shouldReadAllWhenTheCheckpointIsDamaged() {
    Live live = talkative(2 * CheckpointPace.EVENTS);
    world.log.changeMemos(Memo.Kind.CHECKPOINT, bytes -> new byte[] {-1});
    int events = live.story().size();
    restart(live);
    assertThat(world.log.entriesRead()).isEqualTo(events);
  }

  @Test
  void shouldKnowARepeatedRequestAfterARestart() {
    Live live = world.live();
    String request = "0192d3a4-0000-7000-8000-000000000001";
    var first = world.send(SessionWorld.ALICE, live.id(), request, text("once"));
    for (int i = 0; i < 2 * CheckpointPace.EVENTS; i++) {
      live.hears("response.output_audio_transcript.delta", word("item"));
    }
    assertThat(latest(live).getSequence()).isGreaterThan(first.join().getSequence());
    restart(live);
    var again = world.send(SessionWorld.ALICE, live.id(), request, text("once"));
    assertThat(again.join()).isEqualTo(first.join());
  }

  /** Who changes what a state is made of without a new format would restore the old one. */
  @Test
  void shouldHaveANewFormatWhenTheSameEventsGiveAnotherState() throws NoSuchAlgorithmException {
    StoredConversation stored = StoredConversation.empty();
    KnownHistory.entries().forEach(stored::evolve);
    byte[] bytes = Checkpoints.of(stored.state(), stored.secrets()).toByteArray();
    String sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
            .substring(0, 16);
    assertThat(Checkpoints.FORMAT + ": " + sha256)
        .as("raise Checkpoints.FORMAT, and write down here what it gives")
        .isEqualTo(KnownHistory.GIVES);
  }
}
