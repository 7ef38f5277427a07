package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a log says must be the same whenever it is read, and what its session knows. */
final class ReplayedStates {
  private ReplayedStates() {}

  /** What clients see of them; cheaper than {@link #requireEqual}. */
  static void requireAlike(SessionWorld world, ConversationId id) {
    SessionState replayed = replayed(world, id);
    live(world, id, replayed.sequence())
        .ifPresent(live -> assertThat(live.toProto()).isEqualTo(replayed.toProto()));
  }

  /** In everything that they hold. */
  static void requireEqual(SessionWorld world, ConversationId id) {
    SessionState once = replayed(world, id);
    requireEqual(replayed(world, id), once);
    live(world, id, once.sequence()).ifPresent(live -> requireEqual(live, once));
  }

  static void requireEqual(SessionState one, SessionState other) {
    assertThat(one)
        .usingRecursiveComparison()
        .usingOverriddenEquals()
        .withEqualsForType((text, same) -> text.compareTo(same) == 0, StringBuilder.class)
        .isEqualTo(other);
  }

  private static SessionState replayed(SessionWorld world, ConversationId id) {
    return StoredConversation.read(world.log, id).orElseThrow().state();
  }

  /** That of the session, if there is one now, and its last event is durable. */
  private static Optional<SessionState> live(SessionWorld world, ConversationId id, long last) {
    AtomicReference<@Nullable SessionState> live = new AtomicReference<>();
    world.conversations.coordinator(id).visitResident(id, session -> live.set(session.state()));
    return Optional.ofNullable(live.get()).filter(state -> state.sequence() == last);
  }
}
