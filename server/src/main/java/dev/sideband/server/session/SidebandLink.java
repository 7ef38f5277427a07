package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import dev.sideband.v1.SidebandLost;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session's way to its provider: joins the sideband, again and again within its window, tells it
 * our session ({@link SessionConfirmation}), and hears it.
 *
 * <p><b>States.</b> Idle until {@link #begin}; joining (an attempt runs, or the next one waits for
 * its backoff); open; closed for good.
 *
 * <p><b>Promise.</b> Each attempt is an event before it is made. What comes from an attempt that is
 * no longer current is dropped.
 *
 * <p><b>Threads.</b> The coordinator's only; the listener hops to it first.
 */
final class SidebandLink {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  private final Session session;
  private final SessionContext context;
  private final SessionConfirmation confirmation;
  private @Nullable Attempt current;
  private Timers.@Nullable Timer backoff;
  private int attachment;
  private int attempts;
  private long windowEndsNanos;
  private boolean open;
  private boolean closed;

  SidebandLink(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
    this.confirmation = new SessionConfirmation(session, context);
  }

  /** Starts joining; returns at once. */
  void begin() {
    if (closed) {
      return;
    }
    attachment = session.state().attachment() + 1;
    windowEndsNanos = context.nanoTime().getAsLong() + context.config().joinWindow().toNanos();
    session.trace().joinBegan();
    session.journal().trace(session.trace().joinTraceparent());
    nextAttempt();
  }

  private void nextAttempt() {
    attempts++;
    session
        .journal()
        .add(
            event()
                .setSidebandJoining(
                    SidebandJoining.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.trace().timing())));
    session.journal().whenDurable(this::attempt);
  }

  private void attempt() {
    if (closed) {
      return;
    }
    Attempt attempt = new Attempt();
    current = attempt;
    attempt.sideband =
        session
            .secrets()
            .callId()
            .map(call -> context.provider().join(call, attempt))
            .orElseGet(() -> context.provider().connect(session.secrets().options(), attempt));
  }

  private void onOpen(Attempt attempt) {
    if (attempt != current || closed) {
      return;
    }
    open = true;
    session
        .journal()
        .add(
            event()
                .setSidebandJoined(
                    SidebandJoined.newBuilder()
                        .setAttempt(attempts)
                        .setTiming(session.trace().timing())));
    session.trace().joinEnded(attempts);
    confirmation.ask(attachment);
    session.onJoined();
  }

  private void onClosed(Attempt attempt, SidebandClosed end) {
    if (attempt != current || closed) {
      return;
    }
    current = null;
    if (open) {
      onLost(end);
    } else {
      onJoinFailed(end);
    }
  }

  private void onJoinFailed(SidebandClosed end) {
    Duration wait = nextBackoff();
    boolean inTime = context.nanoTime().getAsLong() + wait.toNanos() < windowEndsNanos;
    if (ErrorCodes.isWorthRejoining(end) && inTime) {
      backoff = context.timers().after(wait, session.inTurn(this::nextAttempt));
      return;
    }
    ErrorCode code = ErrorCodes.ofFailedJoin(end);
    session.trace().joinFailed(code);
    session.journal().add(error(Severity.FATAL, code, end.message()));
    session.ending().begin(ErrorCodes.reasonOfFailedJoin(end));
  }

  private Duration nextBackoff() {
    long doubled = FIRST_BACKOFF.toNanos() << Math.min(attempts - 1, 10);
    double jitter = context.random().nextDouble(0.9, 1.1);
    return Duration.ofNanos((long) (Math.min(doubled, LONGEST_BACKOFF.toNanos()) * jitter));
  }

  private void onLost(SidebandClosed end) {
    open = false;
    session
        .journal()
        .add(
            event()
                .setSidebandLost(
                    SidebandLost.newBuilder()
                        .setCloseCode(end.closeCode())
                        .setCause(ErrorCodes.lossOf(end.cause()))));
    session.ending().begin(ErrorCodes.reasonOfLoss(end));
  }

  /** Sends a command; nothing while the sideband is not open. */
  void send(ProviderCommand command) {
    if (open && current != null && current.sideband != null) {
      current.sideband.send(command);
    }
  }

  /** What the provider says of our session. */
  SessionConfirmation confirmation() {
    return confirmation;
  }

  boolean isOpen() {
    return open;
  }

  /** Closes it for good; nothing is heard of it any more. */
  void close() {
    closed = true;
    open = false;
    if (backoff != null) {
      backoff.cancel();
    }
    confirmation.close();
    if (current != null && current.sideband != null) {
      current.sideband.close();
    }
    current = null;
  }

  private RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder().setAttachment(attachment);
  }

  private RealtimeEvent.Builder error(Severity severity, ErrorCode code, String message) {
    return event()
        .setErrorOccurred(
            ErrorOccurred.newBuilder().setSeverity(severity).setCode(code).setMessage(message));
  }

  /** One attempt to join, and what it hears. Its methods hop to the coordinator. */
  private final class Attempt implements SidebandListener {
    private @Nullable Sideband sideband;

    @Override
    public void onOpen() {
      session.complete(() -> SidebandLink.this.onOpen(this));
    }

    @Override
    public void onEvent(SidebandEvent event) {
      session.provide(() -> hear(event));
    }

    @Override
    public void onClosed(SidebandClosed end) {
      session.provide(() -> SidebandLink.this.onClosed(this, end));
    }

    private void hear(SidebandEvent event) {
      if (this == current && !closed) {
        session.intake().take(event, attachment);
      }
      if (sideband != null) {
        sideband.handled();
      }
    }
  }
}
