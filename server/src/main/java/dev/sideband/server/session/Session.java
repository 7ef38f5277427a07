package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.SidebandLost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live handling of one conversation: the parts that share its state and its journal, and how
 * they reach each other.
 *
 * <p><b>Parts.</b> {@link Opening} starts it, {@link SidebandLink} joins and hears the provider,
 * {@link ProviderIntake} and {@link InputFates} make what is heard part of the conversation, {@link
 * Inbox}, {@link Outbox}, {@link ResponseGate} and, after a loss, {@link Resending} carry inputs
 * the other way, {@link GapRepair} looks for what was missed, {@link TakingUp} goes on after a
 * restart, {@link Rest} waits for the log, {@link RenewalWatch}, {@link Renewal} and {@link
 * NextCall} go on in another call, {@link LimitWatch}, {@link Ending} and {@link HangUps} end it. A
 * part tells another through here; the journal alone appends.
 *
 * <p><b>Turns.</b> Everything happens in a turn ({@link #run}): what it decides is appended as one,
 * at its end. A turn that throws breaks this session alone: it is rebuilt from the log.
 *
 * <p><b>Threads.</b> The coordinator's only, except {@link #complete} and {@link #provide}, which
 * hop to it.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final String FAILED = "conversation {}: a turn failed; it is rebuilt from the log";

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
  private final SessionTrace trace;
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
  private final HangUps hangUps;
  private final RenewalWatch renewalWatch;
  private final NextCall nextCall;
  private final Renewal renewal;
  private final TakingUp takingUp;
  private final GapRepair repair;
  private final Rest rest;
  private boolean brokenTold;

  private Session(
      ConversationId id,
      SessionContext context,
      Host host,
      StoredConversation stored,
      SessionTrace trace) {
    this.id = id;
    this.context = context;
    this.host = host;
    this.stored = stored;
    this.state = stored.state();
    this.trace = trace;
    this.journal = new Journal(id, context, stored, trace, this::run);
    this.opening = new Opening(this, context);
    this.link = new SidebandLink(this, context);
    this.gate = new ResponseGate(this);
    this.resending = new Resending(this);
    this.outbox = new Outbox(this, context, gate);
    this.inbox = new Inbox(this, context, outbox);
    this.intake = new ProviderIntake(this, context, gate);
    this.limits = new LimitWatch(this, context);
    this.ending = new Ending(this);
    this.hangUps = new HangUps(this, context);
    this.renewalWatch = new RenewalWatch(this, context);
    this.nextCall = new NextCall(this, context, gate);
    this.renewal = new Renewal(this, context, nextCall);
    this.takingUp = new TakingUp(this, context);
    this.repair = new GapRepair(this, context);
    this.rest = new Rest(this);
  }

  /** A conversation that does not exist yet. */
  static Session fresh(ConversationId id, SessionContext context, Host host) {
    StoredConversation nothing = StoredConversation.empty();
    return new Session(id, context, host, nothing, SessionTrace.begin(id, context, nothing));
  }

  /** One that the log knows. */
  static Session stored(
      ConversationId id, SessionContext context, Host host, StoredConversation stored) {
    SessionTrace trace = SessionTrace.resume(id, context, stored);
    Session session = new Session(id, context, host, stored, trace);
    session.opening.resume();
    return session;
  }

  /** Starts the conversation. */
  void start(StartCommand command) {
    opening.begin(command);
    limits.begin();
  }

  /** Takes up what another session left; why its sideband is gone, if it had one. */
  void takeUp(SidebandLost.Cause why) {
    takingUp.begin(why);
  }

  /** It has rested, and goes on as another. */
  void awake() {
    host.awake(this);
  }

  /** A session for the same conversation as the log has it, to be taken up instead of this one. */
  Session again() {
    journal.breakOff(); // What is still on its way to this one must not touch what they share.
    giveUp();
    return stored(id, context, host, stored);
  }

  private void giveUp() {
    brokenTold = true;
    opening.onBroken();
    renewal.onBroken();
    leave();
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

  /** Another call is in use, whose sideband is open and was told our session. */
  void onRenewed() {
    outbox.onRenewed();
    takingUp.onRejoined();
    renewalWatch.set();
  }

  /** ConversationEnding was added. */
  void onEnding() {
    limits.close();
    closeAllButLimits();
  }

  /** Lets go of the provider; what it says from now on is not heard. */
  void closeAllButLimits() {
    repair.abandon();
    renewalWatch.close();
    renewal.close();
    link.close();
  }

  /** ConversationEnded is durable. */
  void over() {
    trace.close();
    host.over(this);
  }

  /** Leaves the call as it is: the server exits, the voice goes on. */
  void leave() {
    onEnding();
    hangUps.close();
    trace.close();
  }

  /** Runs a turn. */
  void run(Runnable task) {
    try {
      trace.within(task);
      journal.flush();
    } catch (RuntimeException | AssertionError thrown) {
      trace.within(() -> LOG.error(FAILED, id, thrown));
      journal.breakOff();
    }
    if (journal.isBroken() && !brokenTold) {
      giveUp();
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

  ConversationId id() {
    return id;
  }

  SessionState state() {
    return state;
  }

  SessionSecrets secrets() {
    return stored.secrets();
  }

  SessionTrace trace() {
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

  TakingUp takingUp() {
    return takingUp;
  }

  Rest rest() {
    return rest;
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

  HangUps hangUps() {
    return hangUps;
  }

  RenewalWatch renewalWatch() {
    return renewalWatch;
  }

  NextCall nextCall() {
    return nextCall;
  }

  Renewal renewal() {
    return renewal;
  }
}
