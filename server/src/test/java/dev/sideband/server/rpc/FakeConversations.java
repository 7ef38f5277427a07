package dev.sideband.server.rpc;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.session.Conversations;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.ListVoicesResponse.DialectVoices;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopResponse;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Conversations that remember what they were asked, and whose fates a test decides. Knows the
 * conversations that it was told of, each with an owner; others are CONVERSATION_NOT_FOUND.
 */
final class FakeConversations implements Conversations {

  /** A Start that was asked for; the test completes its answer. */
  record Started(
      Principal principal,
      StartRequest request,
      Context trace,
      CompletableFuture<StartResponse> answer,
      List<ErrorCode> abandoned)
      implements PendingAnswer<StartResponse> {
    @Override
    public void abandon(ErrorCode why) {
      abandoned.add(why);
      answer.completeExceptionally(new SessionException(why, "start: the caller has gone"));
    }
  }

  /** A Renew that was asked for; the test completes its answer. */
  record Renewed(
      RenewRequest request, CompletableFuture<RenewResponse> answer, List<ErrorCode> abandoned)
      implements PendingAnswer<RenewResponse> {
    @Override
    public void abandon(ErrorCode why) {
      abandoned.add(why);
      answer.completeExceptionally(new SessionException(why, "renew: the caller has gone"));
    }
  }

  /** An input that was given; its fate is open until somebody completes it. */
  record Sent(String requestId, Input input, CompletableFuture<SendResponse> fate) {
    void accept(long sequence) {
      fate.complete(SendResponse.newBuilder().setInputId(requestId).setSequence(sequence).build());
    }
  }

  static final String DIALECT = "openai-realtime";

  final List<Started> starts = new CopyOnWriteArrayList<>();
  final List<ErrorCode> startsRefused = new CopyOnWriteArrayList<>();
  final List<Renewed> renewals = new CopyOnWriteArrayList<>();
  final List<Sent> sends = new CopyOnWriteArrayList<>();
  private final Map<ConversationId, String> owners = new ConcurrentHashMap<>();
  private volatile boolean holding;
  private volatile boolean faulty;
  private volatile CompletableFuture<Void> trouble = CompletableFuture.completedFuture(null);

  void know(ConversationId conversation, String owner) {
    owners.put(conversation, owner);
  }

  /** Leaves the fate of inputs open. */
  void holdInputs() {
    holding = true;
  }

  /** Makes every Start throw from now on. */
  void breakStarts() {
    faulty = true;
  }

  /** Makes every command fail from now on. */
  void failWith(RuntimeException failure) {
    trouble = CompletableFuture.failedFuture(failure);
  }

  private CompletableFuture<Void> check(Principal principal, ConversationId conversation) {
    boolean sees =
        principal.name().equals(owners.get(conversation))
            || (owners.containsKey(conversation) && principal.hasRole(Principal.Role.OBSERVER));
    return sees
        ? trouble
        : CompletableFuture.failedFuture(
            new SessionException(ErrorCode.CONVERSATION_NOT_FOUND, "conversation: not found"));
  }

  @Override
  public PendingAnswer<StartResponse> start(
      Principal principal, StartRequest request, Context trace) {
    if (faulty) {
      throw new IllegalStateException("a fault");
    }
    Started started =
        new Started(
            principal, request, trace, new CompletableFuture<>(), new CopyOnWriteArrayList<>());
    starts.add(started);
    return started;
  }

  @Override
  public void startRefused(ErrorCode why) {
    startsRefused.add(why);
  }

  @Override
  public PendingAnswer<RenewResponse> renew(
      Principal principal, ConversationId conversation, RenewRequest request) {
    CompletableFuture<RenewResponse> answer = new CompletableFuture<>();
    var unused =
        check(principal, conversation)
            .whenComplete(
                (ok, why) -> {
                  if (why != null) {
                    answer.completeExceptionally(why);
                  }
                });
    Renewed renewed = new Renewed(request, answer, new CopyOnWriteArrayList<>());
    renewals.add(renewed);
    return renewed;
  }

  @Override
  public CompletionStage<SendResponse> send(
      Principal principal, ConversationId conversation, String requestId, Input input) {
    Sent sent = new Sent(requestId, input, new CompletableFuture<>());
    sends.add(sent);
    if (!holding) {
      sent.accept(sends.size());
    }
    return check(principal, conversation).thenCompose(ok -> sent.fate());
  }

  @Override
  public CompletionStage<StopResponse> stop(Principal principal, ConversationId conversation) {
    return check(principal, conversation)
        .thenApply(
            ok -> StopResponse.newBuilder().setSequence(7).setReason(EndReason.REQUESTED).build());
  }

  @Override
  public CompletionStage<ConversationState> get(Principal principal, ConversationId conversation) {
    return check(principal, conversation)
        .thenApply(
            ok ->
                ConversationState.newBuilder().setConversationId(conversation.toString()).build());
  }

  @Override
  public CompletionStage<ListResponse> list(Principal principal, ListRequest request) {
    return trouble.thenApply(
        ok -> ListResponse.newBuilder().setNextPageToken(principal.name()).build());
  }

  @Override
  public ListVoicesResponse voices() {
    return ListVoicesResponse.newBuilder()
        .addDialects(
            DialectVoices.newBuilder()
                .setDialect(DIALECT)
                .addVoices("marin")
                .addVoices("cedar")
                .setDefaultVoice("marin"))
        .build();
  }
}
