package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to join a sideband, and, if it opens, that sideband.
 *
 * <p><b>Threads.</b> The coordinator's only; as a listener it hops there first, in order.
 */
final class JoinAttempt implements SidebandListener {

  /** Whom it tells what it hears: of an attempt that is no longer theirs they take no notice. */
  interface Hearer {
    void onOpen(JoinAttempt attempt);

    /**
     * Takes a message.
     *
     * @return false if it is kept: {@link #handled} is due when it is let go
     */
    boolean onHeard(JoinAttempt attempt, SidebandEvent event);

    void onClosed(JoinAttempt attempt, SidebandClosed end);
  }

  private final Session session;
  private final Stage stage;
  private Hearer hearer;
  private @Nullable Sideband sideband;

  private JoinAttempt(Session session, Stage stage, Hearer hearer) {
    this.session = session;
    this.stage = stage;
    this.hearer = hearer;
  }

  /** Begins to join the call that is to be used next. */
  static JoinAttempt join(CallId call, Session session, RealtimeProvider provider, Hearer hearer) {
    JoinAttempt attempt = new JoinAttempt(session, session.trace().nextAttemptBegan(), hearer);
    attempt.sideband = provider.join(call, attempt);
    return attempt;
  }

  /** Begins to join the call in use, or, where there is none, to open a session of its own. */
  static JoinAttempt begin(Session session, RealtimeProvider provider, Hearer hearer) {
    SessionSecrets secrets = session.secrets();
    JoinAttempt attempt = new JoinAttempt(session, session.trace().attemptBegan(), hearer);
    attempt.sideband =
        secrets.callId().isPresent()
            ? provider.join(secrets.callId().get(), attempt)
            : provider.connect(secrets.options(), attempt);
    return attempt;
  }

  /** Goes on with one that was made early, and is to tell this what it heard. */
  static JoinAttempt over(EarlyJoin early, Session session, Hearer hearer) {
    Stage stage = session.trace().attemptBegan(early.begunNanos());
    JoinAttempt attempt = new JoinAttempt(session, stage, hearer);
    attempt.sideband = early;
    return attempt;
  }

  /** From now on it is another's. */
  void handTo(Hearer heir) {
    hearer = heir;
  }

  Sideband sideband() {
    if (sideband == null) {
      throw new IllegalStateException("sideband: not begun (expected: after join or connect)");
    }
    return sideband;
  }

  /** A message that was kept is let go. */
  void handled() {
    sideband().handled();
  }

  @Override
  public void onOpen() {
    session.provide( // Never behind what is heard.
        () -> {
          stage.end();
          hearer.onOpen(this);
        });
  }

  @Override
  public void onEvent(SidebandEvent event) {
    session.provide(
        () -> {
          if (hearer.onHeard(this, event)) {
            handled();
          }
        });
  }

  @Override
  public void onClosed(SidebandClosed end) {
    session.provide(
        () -> {
          stage.fail(end.cause().name());
          hearer.onClosed(this, end);
        });
  }
}
