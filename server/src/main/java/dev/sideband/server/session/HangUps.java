package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hangs up a session's calls, each until it has an outcome, and says of those that are out of use
 * what became of it: CallRetired, so that no restart does it again. Of any call it says once that
 * it is not confirmed yet.
 *
 * <p><b>Resting.</b> While the log takes no events calls are hung up all the same, but nothing is
 * said: whoever takes this session's place asks again, and says it.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class HangUps {
  private static final Logger LOG = LoggerFactory.getLogger(HangUps.class);

  private final Session session;
  private final SessionContext context;
  private final Map<Integer, CallHangUp> underWay = new HashMap<>();
  private final Set<Integer> toldUnconfirmed = new HashSet<>();

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
    session.state().calls().outOfUseAtTheEnd().forEach(this::retire);
  }

  private void retire(int call) {
    CallHangUp known = underWay.get(call);
    if (known != null) {
      known.hurry();
      return;
    }
    session
        .secrets()
        .calls()
        .of(call)
        .ifPresentOrElse(
            id -> hangUp(call, id, outcome -> retired(call, outcome)),
            () -> retired(call, HangUp.CALL_UNKNOWN));
  }

  private void retired(int call, HangUp outcome) {
    if (outcome == HangUp.NOT_CONFIRMED) {
      tellUnconfirmed(call);
    } else if (maySpeak()) {
      tell(call, outcome);
    }
    session.ending().onRetired();
  }

  /** Hangs a call up; the outcome comes in a turn. */
  void hangUp(int call, CallId id, Consumer<HangUp> done) {
    CallHangUp hangUp =
        new CallHangUp(
            session,
            context,
            id,
            session.state().calls().term(call).end(context.config().renewal()),
            () -> tellUnconfirmed(call),
            outcome -> {
              underWay.remove(call);
              done.accept(outcome);
            });
    underWay.put(call, hangUp);
    hangUp.begin();
  }

  private void tellUnconfirmed(int call) {
    if (maySpeak() && toldUnconfirmed.add(call)) {
      tell(call, HangUp.NOT_CONFIRMED);
    }
  }

  private boolean maySpeak() {
    return session.state().isEnding() || !session.rest().isResting();
  }

  private void tell(int call, HangUp outcome) {
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setCall(call)
                .setCallRetired(CallRetired.newBuilder().setCall(call).setHangUp(outcome)));
  }

  /** Whether no call is being hung up. */
  boolean isIdle() {
    return underWay.isEmpty();
  }

  /** Whoever waits for the outcomes waits for no pause. */
  void hurry() {
    List.copyOf(underWay.values()).forEach(CallHangUp::hurry);
  }

  /** Another session, or process, goes on with it. */
  void close() {
    underWay.values().forEach(CallHangUp::close);
  }

  /** Hangs up a call that the log will never know. */
  void unrecorded(CallId call) {
    context
        .provider()
        .hangUp(call)
        .whenComplete(
            (outcome, thrown) -> {
              if (thrown != null) {
                context.metrics().hangUp(HangUp.NOT_CONFIRMED);
                LOG.error(
                    "conversation {}: a call was created that could be neither recorded nor hung"
                        + " up ({}); it may be billed until the provider ends it",
                    session.id(),
                    HangUp.NOT_CONFIRMED);
              }
            });
  }
}
