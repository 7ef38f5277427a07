package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A conversation of which only the public part was imported, or is replayed. */
@Timeout(30)
class WithoutPrivatePartsTest {
  private final SessionWorld world = new SessionWorld();
  private final ConversationId id = new ConversationId(UUID.randomUUID());

  private LogEntry entry(long sequence, RealtimeEvent.Builder event) {
    byte[] bytes =
        event
            .setConversationId(id.toString())
            .setSequence(sequence)
            .setTime(Timestamps.fromSeconds(1_700_000_000L + sequence))
            .build()
            .toByteArray();
    return new LogEntry(bytes, LogEntry.NOTHING);
  }

  private void append(long after, Lifecycle lifecycle, LogEntry entry) {
    world.log.append(
        new Append(id, world.log.epoch(), after, List.of(entry), lifecycle, fate -> {}));
  }

  private void imported() {
    append(
        0,
        new Lifecycle.Starts("alice", Instant.ofEpochSecond(1_700_000_000L)),
        entry(
            1,
            RealtimeEvent.newBuilder()
                .setConversationStarted(ConversationStarted.getDefaultInstance())));
    append(
        1,
        new Lifecycle.Continues(),
        entry(
            2,
            RealtimeEvent.newBuilder()
                .setCall(1)
                .setCallCreated(CallCreated.newBuilder().setModel("gpt-realtime"))));
    append(
        2,
        new Lifecycle.Ends(),
        entry(
            3,
            RealtimeEvent.newBuilder()
                .setConversationEnded(
                    ConversationEnded.newBuilder().setReason(EndReason.REQUESTED))));
  }

  @Test
  void shouldBeReadByItsOwner() {
    imported();
    assertThat(world.state(id).getPhase()).isEqualTo(ConversationState.Phase.ENDED);
    assertThat(SessionWorld.refusal(world.settled(world.conversations.get(SessionWorld.BOB, id))))
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
  }
}
