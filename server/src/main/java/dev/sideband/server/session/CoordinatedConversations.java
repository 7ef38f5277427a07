package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopResponse;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The conversations of this process: what callers ask, taken to the coordinators that own them.
 *
 * <p><b>Threads.</b> Any may call; nothing here is mutable but through a coordinator. {@link
 * #close} waits.
 */
public final class CoordinatedConversations implements Conversations, AutoCloseable {
  private final SessionServices services;
  private final Summaries summaries;
  private final Coordinators coordinators;

  /** Nothing runs before {@link #start}. */
  public CoordinatedConversations(SessionServices services) {
    this.services = services;
    this.coordinators = new Coordinators(services);
    this.summaries = new Summaries(services.log(), coordinators.usage()::of);
  }

  /** How many appends this may have in flight; the log needs room for them. */
  public static int appendsInFlight(SessionConfig config) {
    return config.coordinators() * SessionCoordinator.APPENDS_IN_FLIGHT;
  }

  /**
   * Starts the coordinators, and takes up what an earlier process left. Reads the log's live index.
   */
  public void start() {
    coordinators.start();
    coordinators.takeUpLive();
  }

  /** Hands every conversation of the log's live index to its coordinator. */
  void takeUpLive() {
    coordinators.takeUpLive();
  }

  /** One turn of every coordinator, on the caller's thread: for tests, which start no threads. */
  boolean turn() {
    return coordinators.turn();
  }

  @Override
  public PendingAnswer<StartResponse> start(
      Principal principal, StartRequest request, Context trace) {
    ConversationId id =
        request.getRequestId().isEmpty()
            ? ConversationIds.freshConversation(services.clock(), services.random())
            : ConversationIds.conversation(principal, request.getRequestId());
    SessionCoordinator coordinator = coordinators.of(id);
    AnswerWaiter<StartResponse> waiter =
        AnswerWaiter.of(
            "start",
            coordinator,
            id,
            (session, gone, why) -> session.opening().abandoned(gone, why));
    StartCommand command =
        new StartCommand(
            principal,
            request,
            SessionDefaults.fill(request.getSession(), services),
            ConversationIds.fingerprint(request),
            trace,
            waiter);
    if (!coordinator.lanes().tryPostCommand(() -> coordinator.start(id, command))) {
      startRefused(ErrorCode.SERVER_BUSY);
      waiter.failed(Refusals.busy());
    }
    return waiter;
  }

  @Override
  public void startRefused(ErrorCode why) {
    services.telemetry().metrics().startRefused(why);
  }

  @Override
  public PendingAnswer<RenewResponse> renew(
      Principal principal, ConversationId conversation, RenewRequest request) {
    AnswerWaiter<RenewResponse> waiter =
        AnswerWaiter.of(
            "renew",
            coordinator(conversation),
            conversation,
            (session, gone, why) -> session.renewal().abandoned(gone));
    RenewCommand command = new RenewCommand(request, ConversationIds.fingerprint(request), waiter);
    CompletableFuture<Void> refused = new CompletableFuture<>();
    var unused = refused.whenComplete((none, why) -> waiter.failed(why));
    visitOwn(principal, conversation, refused, false, session -> session.renewal().take(command));
    return waiter;
  }

  @Override
  public CompletionStage<SendResponse> send(
      Principal principal, ConversationId conversation, String requestId, Input input) {
    CompletableFuture<SendResponse> reply = new CompletableFuture<>();
    String inputId =
        requestId.isEmpty()
            ? ConversationIds.freshInput(services.random())
            : ConversationIds.input(principal, conversation, requestId);
    Input filled = SessionDefaults.fill(input);
    InputCommand command =
        new InputCommand(inputId, requestId, ConversationIds.fingerprint(filled), filled, reply);
    visitOwn(principal, conversation, reply, false, session -> session.inbox().take(command));
    return reply;
  }

  @Override
  public CompletionStage<StopResponse> stop(Principal principal, ConversationId conversation) {
    CompletableFuture<StopResponse> reply = new CompletableFuture<>();
    visitOwn(
        principal,
        conversation,
        reply,
        true,
        session -> {
          session.ending().begin(EndReason.REQUESTED);
          session
              .journal()
              .whenDurable(
                  () ->
                      reply.complete(
                          StopResponse.newBuilder()
                              .setSequence(session.state().endingSequence())
                              .setReason(session.state().endReason())
                              .build()),
                  reply::completeExceptionally);
        });
    return reply;
  }

  @Override
  public CompletionStage<ConversationState> get(Principal principal, ConversationId conversation) {
    CompletableFuture<ConversationState> reply = new CompletableFuture<>();
    boolean seesAll = principal.hasRole(Principal.Role.OBSERVER);
    visit(
        conversation,
        reply,
        true,
        session -> {
          if (seesAll || session.secrets().owner().equals(principal.name())) {
            ConversationState now = session.state().toProto();
            session.journal().whenDurable(() -> reply.complete(now), reply::completeExceptionally);
          } else {
            reply.completeExceptionally(Refusals.notFound());
          }
        });
    return reply;
  }

  @Override
  public CompletionStage<ListResponse> list(Principal principal, ListRequest request) {
    CompletableFuture<ListResponse> reply = new CompletableFuture<>();
    try {
      services.reader().execute(() -> summaries.answer(principal, request, reply));
    } catch (RejectedExecutionException e) {
      reply.completeExceptionally(Refusals.busy());
    }
    return reply;
  }

  @Override
  public ListVoicesResponse voices() {
    return Voices.of(services.provider().dialects());
  }

  private void visitOwn(
      Principal principal,
      ConversationId id,
      CompletableFuture<?> reply,
      boolean reserved,
      Consumer<Session> found) {
    visit(
        id,
        reply,
        reserved,
        session -> {
          if (session.secrets().owner().equals(principal.name())) {
            found.accept(session);
          } else {
            reply.completeExceptionally(Refusals.notFound());
          }
        });
  }

  private void visit(
      ConversationId id, CompletableFuture<?> reply, boolean reserved, Consumer<Session> found) {
    SessionCoordinator coordinator = coordinators.of(id);
    Consumer<Session> answering = session -> foundOrFault(session, found, reply);
    Runnable command =
        () -> coordinator.visit(id, answering, absent -> reply.completeExceptionally(absent));
    Lanes lanes = coordinator.lanes();
    boolean posted =
        reserved ? lanes.tryPostReservedCommand(command) : lanes.tryPostCommand(command);
    if (!posted) {
      reply.completeExceptionally(Refusals.busy());
    }
  }

  /** A command that throws breaks its session, but its caller hears of it first. */
  private static void foundOrFault(
      Session session, Consumer<Session> found, CompletableFuture<?> reply) {
    try {
      found.accept(session);
    } catch (RuntimeException | AssertionError e) {
      reply.completeExceptionally(Refusals.fault());
      throw e;
    }
  }

  SessionCoordinator coordinator(ConversationId id) {
    return coordinators.of(id);
  }

  /**
   * Ends or leaves all conversations as configured, and waits for that within bounds. Refuses Start
   * from now on; everything else is still answered.
   */
  public void exit() {
    coordinators.exit();
  }

  /** Stops the coordinators, after what they are at. Call {@link #exit} first. */
  @Override
  public void close() {
    coordinators.close();
  }
}
