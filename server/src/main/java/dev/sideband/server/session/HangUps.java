package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hangs up a session's calls, and says of those that are out of use what became of it: CallRetired,
 * so that no restart does it again.
 *
 * <p><b>Promise.</b> Every hang-up has one outcome, within {@link SessionConfig#hangUpTimeout}.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class HangUps {
  private static final Logger LOG = LoggerFactory.getLogger(HangUps.class);

  private final Session session;
  private final SessionContext context;
  private final Set<Integer> retiring = new HashSet<>();

  HangUps(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /** Hangs up all calls that are out of use, as soon as what says so is durable. */
  void retireSoon() {
    session.journal().whenDurable(() -> session.state().calls().outOfUse().forEach(this::retire));
  }

  /** The same at the end, when the one that was to come is out of use too. */
  void retireAll() {
    session.state().calls().outOfUse().forEach(this::retire);
    if (session.state().calls().next() > 0) {
      retire(session.state().calls().next());
    }
  }

  private void retire(int call) {
    if (retiring.add(call)) {
      session
          .secrets()
          .calls()
          .of(call)
          .ifPresentOrElse(
              id -> hangUp(id, outcome -> retired(call, outcome)),
              () -> retired(call, HangUp.CALL_UNKNOWN));
    }
  }

  private void retired(int call, HangUp outcome) {
    retiring.remove(call);
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setCall(call)
                .setCallRetired(CallRetired.newBuilder().setCall(call).setHangUp(outcome)));
    session.ending().onRetired();
  }

  /** Whether no call is being retired. */
  boolean isIdle() {
    return retiring.isEmpty();
  }

  /** Hangs a call up; the outcome comes in a turn. */
  void hangUp(CallId call, Consumer<HangUp> done) {
    Once once = new Once(done);
    Timers.Timer timeout =
        context
            .timers()
            .after(
                context.config().hangUpTimeout(),
                session.inTurn(() -> once.accept(HangUp.NOT_CONFIRMED)));
    context
        .provider()
        .hangUp(call)
        .whenComplete(
            (outcome, thrown) ->
                session.complete(
                    () -> {
                      timeout.cancel();
                      once.accept(outcome(outcome, thrown));
                    }));
  }

  private static HangUp outcome(@Nullable HangUpOutcome outcome, @Nullable Throwable thrown) {
    if (outcome != null) {
      return outcome == HangUpOutcome.HUNG_UP ? HangUp.HUNG_UP : HangUp.ALREADY_GONE;
    }
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof ProviderException refused
            && refused.kind() == ProviderException.Kind.NOT_FOUND
        ? HangUp.ALREADY_GONE
        : HangUp.NOT_CONFIRMED;
  }

  /** Hangs up a call that the log will never know. */
  void unrecorded(CallId call) {
    context
        .provider()
        .hangUp(call)
        .whenComplete(
            (outcome, thrown) -> {
              if (thrown != null) {
                LOG.error(
                    "conversation {}: a call was created that could be neither recorded nor hung"
                        + " up ({}); it may be billed until the provider ends it",
                    session.id(),
                    HangUp.NOT_CONFIRMED);
              }
            });
  }

  /** Hands on the first outcome, and no other. */
  private static final class Once {
    private Optional<Consumer<HangUp>> done;

    private Once(Consumer<HangUp> done) {
      this.done = Optional.of(done);
    }

    private void accept(HangUp outcome) {
      Optional<Consumer<HangUp>> first = done;
      done = Optional.empty();
      first.ifPresent(consumer -> consumer.accept(outcome));
    }
  }
}
