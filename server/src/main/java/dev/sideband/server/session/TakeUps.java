package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.CallId;
import dev.sideband.v1.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Has the live conversations that an earlier process, or a broken session, left in the log read and
 * made sessions: some at once, and again after a while those that could not be read. Where the log
 * tells the call without its events, the sideband is joined meanwhile.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class TakeUps {
  /** Conversations that are read from the log at once to be taken up. */
  static final int AT_ONCE = 64;

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private final SessionContext context;
  private final SessionCoordinator coordinator;
  private final Places places;
  private boolean closed;

  TakeUps(SessionContext context, SessionCoordinator coordinator) {
    this.context = context;
    this.coordinator = coordinator;
    this.places = new Places(AT_ONCE, context.lanes());
  }

  /**
   * Takes up a conversation that an earlier process left.
   *
   * @param call the one to be rejoined, if that is known without its events
   */
  void begin(ConversationId id, Optional<CallId> call) {
    if (!coordinator.isResident(id) && context.log().isWritable()) {
      call.ifPresent(known -> context.earlyJoins().begin(id, known));
    }
    begin(id);
  }

  private void begin(ConversationId id) {
    places.take(
        place ->
            coordinator.visit(
                id,
                found -> place.leave(),
                absent -> {
                  place.leave();
                  if (absent.code() != ErrorCode.CONVERSATION_NOT_FOUND) {
                    again(id);
                  }
                }));
  }

  /** The same, after a while. */
  void again(ConversationId id) {
    if (!closed) {
      context.timers().after(AGAIN_AFTER, () -> begin(id));
    }
  }

  /** Takes up no more, and drops what was joined for nobody. */
  void close() {
    closed = true;
    context.earlyJoins().close();
  }
}
