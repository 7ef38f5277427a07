package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
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
import java.util.concurrent.CompletionStage;

/**
 * Commands to conversations, as callers see them. Requests are well-formed when they come here: the
 * caller has checked sizes, formats and roles; what depends on a conversation's state is judged
 * here.
 *
 * <p>Stages fail with {@link SessionException} only. A conversation that the principal does not own
 * is CONVERSATION_NOT_FOUND; reading it is allowed to observers.
 *
 * <p><b>Threads.</b> Any thread may call; nothing waits. Stages complete on a coordinator's or a
 * reader's thread: do little there.
 */
public interface Conversations {

  /**
   * A Start or a Renew on its way.
   *
   * @param <R> the answer
   */
  interface PendingAnswer<R> {
    /** The answer, when CallCreated is durable. */
    CompletionStage<R> answer();

    /**
     * The caller has gone: START_CANCELLED or START_DEADLINE_EXCEEDED. The answer fails at once,
     * and a call that still comes is hung up. Nothing once the answer is there.
     */
    void abandon(ErrorCode why);
  }

  /**
   * Starts a conversation.
   *
   * @param trace the caller's trace, parent of the {@code conversation.start} span
   */
  PendingAnswer<StartResponse> start(Principal principal, StartRequest request, Context trace);

  /** A Start was refused before it could come to {@link #start}: it is counted with the others. */
  void startRefused(ErrorCode why);

  /** Goes on with a conversation in a new call. */
  PendingAnswer<RenewResponse> renew(
      Principal principal, ConversationId conversation, RenewRequest request);

  /** Gives a conversation an input; completes when it is durable (audio: at once). */
  CompletionStage<SendResponse> send(
      Principal principal, ConversationId conversation, String requestId, Input input);

  /**
   * Ends a conversation; completes when ConversationEnding is durable. Every Stop of a conversation
   * has the same outcome.
   */
  CompletionStage<StopResponse> stop(Principal principal, ConversationId conversation);

  /** What a conversation is now, live or ended. */
  CompletionStage<ConversationState> get(Principal principal, ConversationId conversation);

  /** A page of conversations, newest first. */
  CompletionStage<ListResponse> list(Principal principal, ListRequest request);

  /** The voices of each dialect, the default dialect first. */
  ListVoicesResponse voices();
}
