package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.SidebandLost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live handling of one conversation: the parts that share its state and its journal, and how
 * they reach each other.
 *
 * <p><b>Parts.</b> {@link Opening} starts it, {@link SidebandLink} joins and hears the provider,
 * {@link ProviderIntake} and {@link InputFates} make what is heard part of the conversation, {@link
 * Inbox}, {@link Outbox} and {@link ResponseGate} carry inputs the other way, {@link Resending}
 * does so again after a loss, {@link GapRepair} looks for what was missed in it, {@link TakingUp}
 * goes on after a restart, {@link LimitWatch} and {@link Ending} end it. A part tells another
 * through here; the journal alone appends.
 *
 * <p><b>Turns.</b> Everything happens in a turn ({@link #run}): what it decides is appended as one,
 * at its end. A turn that throws breaks this session, not its coordinator: the session is rebuilt
 * from the log.
 *
 * <p><b>Threads.</b> The coordinator's only, except {@link #complete} and {@link #provide}, which
 * hop to it.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Whose table this session is in. */
  interface Host {
    /** Its last event is durable. */
    void over(Session session);

    /** Its state can no longer be trusted, the log's can. */
    void broken(Session session);

    /** It has rested, and the log takes events: {@link #again} is to take its place. */
    void awake(Session session);
  }

  private final ConversationId id;
  private final SessionContext context;
  private final Host host;
  private final StoredConversation stored;
  private final SessionState state;
  private final SessionSecrets secrets;
  private final StartupTrace trace;
  private final Journal journal;
  private final Opening opening;
  private final SidebandLink link;
  private final ResponseGate gate;
  private final Resending resending;
  private final Outbox outbox;
  private final Inbox inbox;
  private final ProviderIntake intake;
  private final LimitWatch limits;
  private final Ending ending;
  private final TakingUp takingUp;
  private final GapRepair repair;
  private boolean brokenTold;
  private boolean resting;

  private Session(
      ConversationId id,
      SessionContext context,
      Host host,
      StoredConversation stored,
      StartupTrace trace) {
    this.id = id;
    this.context = context;
    this.host = host;
    this.stored = stored;
    this.state = stored.state();
    this.secrets = stored.secrets();
    this.trace = trace;
    this.journal = new Journal(id, context, stored, this::run);
    this.opening = new Opening(this, context);
    this.link = new SidebandLink(this, context);
    this.gate = new ResponseGate(this);
    this.resending = new Resending(this);
    this.outbox = new Outbox(this, context, gate);
    this.inbox = new Inbox(this, context, outbox);
    this.intake = new ProviderIntake(this, gate, new InputFates(this, gate));
    this.limits = new LimitWatch(this, context);
    this.ending = new Ending(this, context);
    this.takingUp = new TakingUp(this, context);
    this.repair = new GapRepair(this, context);
  }

  /** A conversation that does not exist yet. */
  static Session fresh(ConversationId id, SessionContext context, Host host) {
    StartupTrace trace = StartupTrace.begin(id.toString(), context);
    return new Session(id, context, host, StoredConversation.empty(), trace);
  }

  /** One that the log knows. */
  static Session stored(
      ConversationId id, SessionContext context, Host host, StoredConversation stored) {
    StartupTrace trace = StartupTrace.resume(id.toString(), context, stored.state().startedAt());
    Session session = new Session(id, context, host, stored, trace);
    session.opening.resume();
    return session;
  }

  /** Starts the conversation. */
  void start(StartCommand command) {
    opening.begin(command);
    limits.begin();
  }

  /**
   * Takes up a live conversation that an earlier process, or another session, left.
   *
   * @param why its sideband is gone, if it had one
   */
  void takeUp(SidebandLost.Cause why) {
    takingUp.begin(why);
  }

  /**
   * The log takes no events: lets go of the sideband, for what it says could not be kept. The voice
   * goes on, limits too, and what is due at an end is done. A session that is only a socket ends.
   */
  void rest() {
    if (resting || state.isEnding() || opening.isCreating()) {
      return;
    }
    resting = true;
    repair.abandon();
    link.close();
    if (secrets.callId().isEmpty()) {
      ending.begin(EndReason.SERVER_FAILED);
    }
  }

  /** The log takes events again. */
  void wake() {
    if (resting) {
      journal.whenDurable(
          () -> {
            if (!state.isEnding()) {
              host.awake(this);
            }
          });
    }
  }

  /** A session for the same conversation as the log has it, to be taken up instead of this one. */
  Session again() {
    leave();
    return stored(id, context, host, stored);
  }

  /** The sideband is open for the first time, and was told our session. */
  void onJoined() {
    outbox.onJoined();
  }

  /** The sideband is gone, and will be rejoined. */
  void onLost() {
    repair.abandon();
    gate.onLost();
    resending.doubt();
  }

  /** The sideband is back, and was told our session. */
  void onRejoined() {
    repair.begin();
    outbox.onRejoined();
    takingUp.onRejoined();
  }

  /** ConversationEnding was added. */
  void onEnding() {
    repair.abandon();
    limits.close();
    link.close();
  }

  /** ConversationEnded is durable. */
  void over() {
    trace.close();
    host.over(this);
  }

  /** Leaves the call as it is: the server exits, the voice goes on. */
  void leave() {
    repair.abandon();
    limits.close();
    link.close();
    trace.close();
  }

  /** Runs a turn. */
  void run(Runnable task) {
    try {
      task.run();
      journal.flush();
    } catch (RuntimeException | AssertionError thrown) {
      LOG.error("conversation {}: a turn failed; it is rebuilt from the log", id, thrown);
      journal.breakOff();
    }
    if (journal.isBroken() && !brokenTold) {
      brokenTold = true;
      opening.onBroken();
      leave();
      host.broken(this);
    }
  }

  /** The task as a turn, for whoever is on the coordinator already. */
  Runnable inTurn(Runnable task) {
    return () -> run(task);
  }

  /** Runs a turn on the coordinator, soon: the result of an operation that this session started. */
  void complete(Runnable task) {
    context.lanes().postCompletion(inTurn(task));
  }

  /** Runs a turn on the coordinator, when it takes provider events. */
  void provide(Runnable task) {
    context.lanes().postProviderEvent(inTurn(task));
  }

  /** Of the dialect's audio, in Hz. */
  int audioRate() {
    return context.services().dialect(state.started().getDialect()).audioRate();
  }

  ConversationId id() {
    return id;
  }

  SessionState state() {
    return state;
  }

  SessionSecrets secrets() {
    return secrets;
  }

  StartupTrace trace() {
    return trace;
  }

  Journal journal() {
    return journal;
  }

  Opening opening() {
    return opening;
  }

  SidebandLink link() {
    return link;
  }

  Inbox inbox() {
    return inbox;
  }

  GapRepair repair() {
    return repair;
  }

  Resending resending() {
    return resending;
  }

  Outbox outbox() {
    return outbox;
  }

  ProviderIntake intake() {
    return intake;
  }

  LimitWatch limits() {
    return limits;
  }

  Ending ending() {
    return ending;
  }
}
