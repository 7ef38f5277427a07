package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.provider.Dialect;
import dev.sideband.v1.ConversationState;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conversations that are being replayed into a log: each is what the log says so far. Whatever
 * would change one is refused, REPLAY_IS_READ_ONLY.
 *
 * <p><b>Threads.</b> Any may call; the reader reads the log.
 */
public final class RecordedConversations implements Conversations {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedConversations.class);

  private final EventLog log;
  private final List<Dialect> dialects;
  private final Executor reader;
  private final Summaries summaries;

  /**
   * @param dialects whose voices are told
   * @param reader for what blocks: reading the log
   */
  public RecordedConversations(EventLog log, List<Dialect> dialects, Executor reader) {
    this.log = log;
    this.dialects = List.copyOf(dialects);
    this.reader = reader;
    this.summaries = new Summaries(log, id -> Optional.empty());
  }

  @Override
  public PendingAnswer<StartResponse> start(
      Principal principal, StartRequest request, Context trace) {
    return new Refused<>();
  }

  /** Where nothing can be started, nothing is counted. */
  @Override
  public void startRefused(ErrorCode why) {}

  @Override
  public PendingAnswer<RenewResponse> renew(
      Principal principal, ConversationId conversation, RenewRequest request) {
    return new Refused<>();
  }

  private static final class Refused<R> implements PendingAnswer<R> {
    @Override
    public CompletionStage<R> answer() {
      return refused();
    }

    @Override
    public void abandon(ErrorCode why) {}
  }

  @Override
  public CompletionStage<SendResponse> send(
      Principal principal, ConversationId conversation, String requestId, Input input) {
    return refused();
  }

  @Override
  public CompletionStage<StopResponse> stop(Principal principal, ConversationId conversation) {
    return refused();
  }

  private static <T> CompletionStage<T> refused() {
    return CompletableFuture.failedFuture(
        new SessionException(
            ErrorCode.REPLAY_IS_READ_ONLY,
            "server: replays what was recorded (expected: only reading)"));
  }

  @Override
  public CompletionStage<ConversationState> get(Principal principal, ConversationId conversation) {
    CompletableFuture<ConversationState> reply = new CompletableFuture<>();
    read(reply, () -> answer(principal, conversation, reply));
    return reply;
  }

  private void answer(
      Principal principal, ConversationId id, CompletableFuture<ConversationState> reply) {
    try {
      boolean seesAll = principal.hasRole(Principal.Role.OBSERVER);
      Optional<Head> head =
          log.head(id).filter(known -> seesAll || known.owner().equals(principal.name()));
      head.flatMap(known -> StoredConversation.read(log, known.conversation()))
          .ifPresentOrElse(
              stored -> reply.complete(stored.state().toProto()),
              () -> reply.completeExceptionally(Refusals.notFound()));
    } catch (RuntimeException e) { // Whatever it is: who waits must hear of it.
      LOG.error("a replayed conversation cannot be read from the log", e);
      reply.completeExceptionally(Refusals.unreadable());
    }
  }

  @Override
  public CompletionStage<ListResponse> list(Principal principal, ListRequest request) {
    CompletableFuture<ListResponse> reply = new CompletableFuture<>();
    read(reply, () -> summaries.answer(principal, request, reply));
    return reply;
  }

  private void read(CompletableFuture<?> reply, Runnable reading) {
    try {
      reader.execute(reading);
    } catch (RejectedExecutionException e) {
      reply.completeExceptionally(Refusals.busy());
    }
  }

  @Override
  public ListVoicesResponse voices() {
    return Voices.of(dialects);
  }
}
