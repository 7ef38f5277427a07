package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Severity;
import org.jspecify.annotations.Nullable;

/**
 * The first thing that an opened sideband is told, our session, and what the provider says to it.
 *
 * <p><b>States.</b> Idle; {@linkplain #ask asked}, until the provider confirms or refuses it;
 * settled. The provider takes session updates in their order: while ours is asked, its next {@code
 * session.updated} is ours, and none is once it was refused.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class SessionConfirmation {
  private final Session session;
  private final SessionContext context;
  private Timers.@Nullable Timer timeout;
  private String asked = "";
  private int attachment;

  SessionConfirmation(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /** Tells the sideband of this attachment what our session is. */
  void ask(int attachment) {
    ask(attachment, session.secrets().options());
  }

  /**
   * Tells a rejoined sideband what our session is by now. Without the voice, which it has and, once
   * the assistant has spoken, refuses to be told.
   */
  void askAgain(int attachment) {
    ask(attachment, session.secrets().effectiveOptions().toBuilder().clearVoice().build());
  }

  private void ask(int attachment, SessionOptions options) {
    session.trace().configureBegan();
    asked(attachment);
    session.link().send(new ProviderCommand.UpdateSession(asked, options));
  }

  /** A sideband was told already, under the {@link #id} of this attachment. */
  void asked(int attachment) {
    this.attachment = attachment;
    asked = id(attachment);
    timeout =
        context.timers().after(context.config().configureTimeout(), session.inTurn(this::timedOut));
  }

  /** Names what a sideband is told. */
  static String id(int attachment) {
    return "session-" + attachment;
  }

  /** The session was updated; true if that confirms ours. */
  boolean tryConfirm() {
    if (!isAsked()) {
      return false;
    }
    settle();
    session.trace().configureEnded();
    return true;
  }

  /**
   * The provider refused a command; if it was our session, nothing confirms that any more.
   *
   * @param clientEventId the command's id, as its error echoes it
   */
  void onRefused(String clientEventId, ErrorCode code) {
    if (isAsked() && clientEventId.equals(asked)) {
      settle();
      session.trace().configureFailed(code);
    }
  }

  private boolean isAsked() {
    return !asked.isEmpty();
  }

  private void settle() {
    close();
  }

  private void timedOut() {
    session.trace().configureFailed(ErrorCode.SESSION_CONFIGURE_TIMED_OUT);
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setAttachment(attachment)
                .setErrorOccurred(
                    ErrorOccurred.newBuilder()
                        .setSeverity(Severity.RECOVERABLE)
                        .setCode(ErrorCode.SESSION_CONFIGURE_TIMED_OUT)
                        .setMessage(
                            "session: not confirmed by the provider within "
                                + context.config().configureTimeout().toMillis()
                                + " ms")));
  }

  /** Waits no longer: nothing that comes confirms what was asked. */
  void close() {
    asked = "";
    if (timeout != null) {
      timeout.cancel();
    }
  }
}
