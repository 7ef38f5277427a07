package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.CallId;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.SidebandLost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread's share of the conversations: their table, and whose turn it is.
 *
 * <p>It knows nothing of what a conversation does; that is a {@link Session}'s. It has no thread of
 * its own either: {@link #turn} does what there is to do, and a {@link CoordinatorThread} calls it.
 *
 * <p><b>Order.</b> That of {@link CoordinatorLoop}. A conversation that is not in the table is read
 * from the log, elsewhere; its commands wait for it in their order.
 *
 * <p><b>Read-only log.</b> While the log takes no events no conversation starts, and those in the
 * table rest; afterwards they wake.
 *
 * <p><b>Threads.</b> The thread of the first {@link #turn} owns everything here; others post to
 * {@link #lanes}.
 */
final class SessionCoordinator implements Session.Host {
  private static final Logger LOG = LoggerFactory.getLogger(SessionCoordinator.class);

  /** Appends that may be in flight: with those of all coordinators, what the log has room for. */
  static final int APPENDS_IN_FLIGHT = 1024;

  /** Sidebands that are rejoined at once; a new call's does not wait for them. */
  static final int REJOINS = 32;

  /** What to do with a conversation, once it is known whether it exists. */
  private record Visitor(Consumer<Session> found, Consumer<SessionException> absent) {}

  private final SessionContext context;
  private final CoordinatorLoop loop;
  private final Map<ConversationId, Session> sessions = new HashMap<>();
  private final Map<ConversationId, List<Visitor>> loading = new HashMap<>();
  private final TakeUps takeUps;
  private @Nullable Thread owner;
  private @Nullable CompletableFuture<Void> emptied;

  SessionCoordinator(SessionServices services, LiveUsage usage) {
    Lanes lanes = new Lanes();
    Places rejoins = new Places(REJOINS, lanes);
    this.context =
        new SessionContext(
            services,
            lanes,
            new Timers(services.nanoTime()),
            new AppendCredits(APPENDS_IN_FLIGHT),
            rejoins,
            new EarlyJoins(services.provider(), rejoins, lanes, services.nanoTime()),
            usage);
    this.loop = new CoordinatorLoop(context);
    this.takeUps = new TakeUps(context, this);
  }

  Lanes lanes() {
    return context.lanes();
  }

  /**
   * Does some of what there is to do.
   *
   * @return false if there was nothing
   */
  boolean turn() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    assertOwner();
    return loop.turn();
  }

  /** Sleeps until there may be something to do. */
  void await() {
    loop.await();
  }

  /** Starts a conversation, or joins the start of an equal one. */
  void start(ConversationId id, StartCommand command) {
    if (command.request().getRequestId().isEmpty()) {
      create(id, command);
    } else {
      visit(
          id,
          session -> session.opening().join(command.waiter(), command.fingerprint()),
          absent -> {
            if (absent.code() == ErrorCode.CONVERSATION_NOT_FOUND) {
              create(id, command);
            } else {
              refuse(command, absent);
            }
          });
    }
  }

  private void create(ConversationId id, StartCommand command) {
    Optional<ErrorCode> gone = command.waiter().gone();
    if (gone.isPresent()) {
      context.metrics().startRefused(gone.get()); // A call would be nobody's.
      return;
    }
    if (emptied != null) {
      refuse(command, Refusals.goingAway());
      return;
    }
    if (!context.log().isWritable()) {
      refuse(command, Refusals.unwritable()); // Before the provider is asked for a call.
      return;
    }
    Optional<SessionException> unkept = new Budgets(context.services()).refusal(command);
    if (unkept.isPresent()) {
      refuse(command, unkept.get());
      return;
    }
    Session session = Session.fresh(id, context, this);
    sessions.put(id, session);
    session.run(() -> session.start(command));
  }

  private void refuse(StartCommand command, SessionException why) {
    context.metrics().startRefused(command.waiter().gone().orElse(why.code()));
    command.waiter().failed(why);
  }

  /** Calls one of the two, now or when the log was read; found within a turn of the session. */
  void visit(ConversationId id, Consumer<Session> found, Consumer<SessionException> absent) {
    assertOwner();
    Session resident = sessions.get(id);
    if (resident != null) {
      resident.run(() -> found.accept(resident));
      return;
    }
    if (emptied != null) {
      absent.accept(Refusals.goingAway()); // To take a conversation up now would be to end it.
      return;
    }
    List<Visitor> visitors = loading.computeIfAbsent(id, unread -> new ArrayList<>());
    visitors.add(new Visitor(found, absent));
    if (visitors.size() == 1) {
      load(id);
    }
  }

  /** Calls it if the conversation is in the table: for what concerns live callers only. */
  void visitResident(ConversationId id, Consumer<Session> found) {
    Session resident = sessions.get(id);
    if (resident != null) {
      resident.run(() -> found.accept(resident));
    }
  }

  private void load(ConversationId id) {
    try {
      context.services().reader().execute(() -> context.lanes().postCompletion(read(id)));
    } catch (RejectedExecutionException e) {
      onUnreadable(id, Refusals.busy());
    }
  }

  /** On a reader's thread: reads, and says what is to be done with it here. */
  private Runnable read(ConversationId id) {
    try {
      Optional<StoredConversation> stored = StoredConversation.read(context.log(), id);
      return () -> onLoaded(id, stored);
    } catch (RuntimeException e) { // Whatever it is: who waits must hear of it.
      LOG.error("conversation {}: cannot be read from the log", id, e);
      return () -> onUnreadable(id, Refusals.unreadable());
    }
  }

  private void onLoaded(ConversationId id, Optional<StoredConversation> stored) {
    if (emptied != null) {
      onUnreadable(id, Refusals.goingAway());
      return;
    }
    List<Visitor> visitors = loadingEnded(id);
    if (stored.isEmpty()) {
      SessionException absent = Refusals.notFound();
      visitors.forEach(visitor -> retry(id, visitor, absent));
      return;
    }
    Session session = Session.stored(id, context, this, stored.get());
    if (!session.state().isEnded()) {
      sessions.put(id, session);
      context.usage().tell(id, session.state().usage());
      session.run(() -> session.takeUp(SidebandLost.Cause.SERVER_RESTARTED));
    }
    visitors.forEach(visitor -> session.run(() -> visitor.found().accept(session)));
  }

  /** Of several visitors to an absent conversation an earlier one may have created it. */
  private void retry(ConversationId id, Visitor visitor, SessionException absent) {
    Session created = sessions.get(id);
    if (created == null) {
      visitor.absent().accept(absent);
    } else {
      created.run(() -> visitor.found().accept(created));
    }
  }

  private void onUnreadable(ConversationId id, SessionException why) {
    context.earlyJoins().drop(id);
    loadingEnded(id).forEach(visitor -> visitor.absent().accept(why));
  }

  private List<Visitor> loadingEnded(ConversationId id) {
    List<Visitor> visitors = loading.remove(id);
    return visitors == null ? List.of() : visitors;
  }

  @Override
  public void over(Session session) {
    sessions.remove(session.id(), session);
    context.usage().forget(session.id());
    checkEmptied();
  }

  @Override
  public void broken(Session session) {
    sessions.remove(session.id(), session);
    context.usage().forget(session.id());
    if (context.log().isWritable()) { // Else the log has said so, once for all.
      LOG.warn(
          "conversation {}: could not be appended to; it is rebuilt from the log", session.id());
    }
    takeUps.again(session.id());
    checkEmptied();
  }

  /** The log takes no events any more, or takes them again. */
  void onWritable(boolean writable) {
    for (Session session : List.copyOf(sessions.values())) {
      session.run(writable ? session.rest()::end : session.rest()::begin);
    }
  }

  @Override
  public void awake(Session session) {
    if (sessions.get(session.id()) == session) {
      Session again = session.again();
      sessions.put(session.id(), again);
      again.run(() -> again.takeUp(session.rest().cause()));
    }
  }

  /** Takes up a live conversation that an earlier process left, whose call may be known. */
  void takeUp(ConversationId id, Optional<CallId> call) {
    takeUps.begin(id, call);
  }

  boolean isResident(ConversationId id) {
    return sessions.containsKey(id);
  }

  /** Ends or leaves all sessions, and completes when none is left. */
  void exit(SessionConfig.OnExit onExit, CompletableFuture<Void> done) {
    emptied = done;
    takeUps.close();
    for (Session session : List.copyOf(sessions.values())) {
      if (onExit == SessionConfig.OnExit.END) {
        session.run(() -> session.ending().hurry(EndReason.SERVER_EXIT));
      } else {
        session.run(session::leave);
        sessions.remove(session.id());
      }
    }
    checkEmptied();
  }

  private void checkEmptied() {
    if (emptied != null && sessions.isEmpty()) {
      emptied.complete(null);
    }
  }

  private void assertOwner() {
    assert owner == null || Thread.currentThread() == owner
        : "thread: " + Thread.currentThread().getName() + " (expected: the coordinator's)";
  }
}
