package dev.sideband.server.session;

import dev.sideband.v1.RealtimeEvent;

/**
 * The spans of a renewal: {@code conversation.renew}, from the Renew until the new call is in use,
 * a trace of its own that links to the startup; in it {@code provider.create_call} and {@code
 * sideband.join} with its attempts, and {@code session.configure}, which begins as the join ends.
 * Of one that an earlier process began, from the join on.
 *
 * <p><b>Bounds.</b> One of each is open at most.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class RenewalTrace {
  private final Stages stages;
  private final StartupTrace startup;
  private final SessionState state;
  private final JoinTrace inUse;
  private Stage renew;
  private Stage createCall;
  private Stage join;
  private Stage attempt;
  private Stage configure;

  /**
   * @param inUse has the call in use, and takes over what is not confirmed when another one is
   */
  RenewalTrace(Stages stages, StartupTrace startup, SessionState state, JoinTrace inUse) {
    this.stages = stages;
    this.startup = startup;
    this.state = state;
    this.inUse = inUse;
    this.renew = stages.none();
    this.createCall = stages.none();
    this.join = stages.none();
    this.attempt = stages.none();
    this.configure = stages.none();
  }

  /**
   * The provider is asked for another call.
   *
   * @return the W3C Trace Context to send along
   */
  String began() {
    close();
    renew = stages.lead("conversation.renew", startup.spanContext());
    createCall = stages.ask("provider.create_call", renew.context());
    return createCall.traceparent();
  }

  /** An event is about to be added. */
  void add(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> createCall.end();
      case SIDEBAND_JOINING -> {
        if (state.calls().isOfNext(event) && !join.isOpen()) {
          joinBegan();
        }
      }
      case SIDEBAND_JOINED -> {
        if (state.calls().isOfNext(event)) {
          join.end();
        }
      }
      case CALL_RENEWED -> renewed();
      case RENEWAL_FAILED -> failed(event.getRenewalFailed().getCode().name());
      default -> {}
    }
  }

  private void renewed() {
    inUse.renewed(configure);
    configure = stages.none();
    close();
  }

  private void joinBegan() {
    join =
        renew.isOpen()
            ? stages.begin("sideband.join", renew.context())
            : stages.lead("sideband.join", startup.spanContext());
    join.with(Attribute.PROVIDER, stages.provider());
  }

  Stage attemptBegan(long nanos) {
    attempt.end();
    attempt = stages.begin("sideband.join.attempt", join.context(), nanos);
    return attempt;
  }

  void configureBegan() {
    configure.end();
    configure = stages.begin("session.configure", join.context());
  }

  void configureEnded() {
    configure.end();
  }

  /** The sideband that was to confirm our session is gone. */
  void lost(String why) {
    configure.fail(why);
  }

  private void failed(String why) {
    createCall.fail(why);
    attempt.fail(why);
    join.fail(why);
    configure.fail(why);
    renew.fail(why);
  }

  /** Ends whatever is still open. */
  void close() {
    createCall.end();
    attempt.end();
    join.end();
    configure.end();
    renew.end();
  }
}
