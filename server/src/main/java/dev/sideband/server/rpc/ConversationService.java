package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Rules.holds;

import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.fanout.FanOut.Reader;
import dev.sideband.server.fanout.Subscription;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.session.Conversations;
import dev.sideband.server.session.Conversations.PendingAnswer;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.GetResponse;
import dev.sideband.v1.ListIceServersRequest;
import dev.sideband.v1.ListIceServersResponse;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.ListVoicesRequest;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.StopResponse;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code sideband.v1.Conversation}: checks each request, hands it to the conversation, and answers
 * when its stage completes. Decides nothing about a conversation and opens nothing.
 *
 * <p><b>Threads.</b> Handlers run on event loops and never block; answers leave on the thread that
 * completes a stage.
 */
final class ConversationService {
  private static final int MAX_PAGE = 500;

  /**
   * A cancel this near to the deadline is the deadline: the caller's clock runs out first, by the
   * time that its request took to come here.
   */
  private static final long DEADLINE_SLACK_MILLIS = 250;

  private final Conversations conversations;
  private final FanOut fanOut;
  private final IceServers iceServers;
  private final Surroundings surroundings;
  private final OpenStreams streams;
  private final StartRules startRules;
  private final InputRules inputRules;

  ConversationService(Served served, Surroundings surroundings, OpenStreams streams) {
    this.conversations = served.conversations();
    this.fanOut = served.fanOut();
    this.iceServers = served.iceServers();
    this.surroundings = surroundings;
    this.streams = streams;
    startRules = new StartRules(conversations.voices());
    inputRules = new InputRules(startRules, served.audioRates());
  }

  void start(Inbound<StartRequest> request, StreamObserver<StartResponse> out) {
    Caller caller = Caller.current();
    var trace = caller.traceFrom(surroundings.nanoTime().getAsLong());
    answer(out, () -> attended(begin(caller.principal(), request, trace), out));
  }

  /** What becomes of a Start is counted where that happens: here, if it goes no further. */
  private PendingAnswer<StartResponse> begin(
      Principal principal, Inbound<StartRequest> request, io.opentelemetry.context.Context trace) {
    try {
      requireStaying();
      startRules.check(principal, request.message());
      return conversations.start(principal, request.message(), trace);
    } catch (RuntimeException refusal) {
      conversations.startRefused(StatusMapper.reasonOf(refusal));
      throw refusal;
    }
  }

  void renew(Inbound<RenewRequest> request, StreamObserver<RenewResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          requireStaying();
          RenewRequest message = request.message();
          ConversationId conversation = Rules.conversation(message.getConversationId());
          Rules.requestId(message.getRequestId());
          SdpOffer.check(message.getSdpOffer());
          return attended(conversations.renew(caller.principal(), conversation, message), out);
        });
  }

  /** A call that is created now could not be handed over. */
  private void requireStaying() {
    if (streams.isGoingAway()) {
      throw new SessionException(
          ErrorCode.SERVER_GOING_AWAY, "server: going away (expected: start elsewhere)");
    }
  }

  /** Gives up what is pending when its caller goes. */
  private static <R> CompletionStage<R> attended(PendingAnswer<R> pending, StreamObserver<R> out) {
    Context call = Context.current();
    ((ServerCallStreamObserver<R>) out).setOnCancelHandler(() -> pending.abandon(whyGone(call)));
    return pending.answer();
  }

  private static ErrorCode whyGone(Context call) {
    Deadline deadline = call.getDeadline();
    return deadline != null
            && deadline.timeRemaining(TimeUnit.MILLISECONDS) <= DEADLINE_SLACK_MILLIS
        ? ErrorCode.START_DEADLINE_EXCEEDED
        : ErrorCode.START_CANCELLED;
  }

  void send(Inbound<SendRequest> request, StreamObserver<SendResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          SendRequest message = request.message();
          ConversationId conversation = Rules.conversation(message.getConversationId());
          Rules.requestId(message.getRequestId());
          inputRules.check(caller.principal(), message.getInput());
          return conversations.send(
              caller.principal(), conversation, message.getRequestId(), message.getInput());
        });
  }

  void stop(Inbound<StopRequest> request, StreamObserver<StopResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          StopRequest message = request.message();
          ConversationId conversation = Rules.conversation(message.getConversationId());
          Rules.requestId(message.getRequestId());
          return conversations.stop(caller.principal(), conversation);
        });
  }

  void get(Inbound<GetRequest> request, StreamObserver<GetResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          ConversationId id = Rules.conversation(request.message().getConversationId());
          return conversations
              .get(caller.principal(), id)
              .thenApply(state -> GetResponse.newBuilder().setState(state).build());
        });
  }

  void list(Inbound<ListRequest> request, StreamObserver<ListResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          int size = request.message().getPageSize();
          holds(size >= 0 && size <= MAX_PAGE, "page_size", "too large (expected: at most 500)");
          return conversations.list(caller.principal(), request.message());
        });
  }

  void listVoices(Inbound<ListVoicesRequest> request, StreamObserver<ListVoicesResponse> out) {
    answer(
        out,
        () -> {
          request.message();
          return CompletableFuture.completedFuture(conversations.voices());
        });
  }

  void listIceServers(
      Inbound<ListIceServersRequest> request, StreamObserver<ListIceServersResponse> out) {
    Caller caller = Caller.current();
    answer(
        out,
        () -> {
          request.message();
          return CompletableFuture.completedFuture(iceServers.of(caller.principal()));
        });
  }

  void subscribe(Inbound<SubscribeRequest> request, StreamObserver<Outbound> out) {
    Reader reader = Caller.current().reader();
    try {
      Function<Runnable, Subscription> opening = opening(reader, request.message());
      ServerCallStreamObserver<Outbound> call = (ServerCallStreamObserver<Outbound>) out;
      SubscriptionStream stream = new SubscriptionStream(call, surroundings, streams, opening);
      call.setOnReadyHandler(stream::wake);
      call.setOnCancelHandler(stream::cancelled);
      stream.begin();
    } catch (RuntimeException e) {
      out.onError(StatusMapper.toException(e));
    }
  }

  private Function<Runnable, Subscription> opening(Reader reader, SubscribeRequest request) {
    if (request.getConversationId().isEmpty()) {
      holds(
          request.getAfterSequence() == 0,
          "after_sequence",
          "set (expected: cursor, for all conversations)");
      byte[] cursor = request.getCursor().toByteArray();
      return signal -> fanOut.subscribeAll(reader, cursor, request.getFollow(), signal);
    }
    holds(
        request.getCursor().isEmpty(),
        "cursor",
        "set (expected: after_sequence, for one conversation)");
    ConversationId conversation = Rules.conversation(request.getConversationId());
    long after = request.getAfterSequence();
    return signal -> fanOut.subscribe(reader, conversation, after, request.getFollow(), signal);
  }

  StreamObserver<Inbound<ConverseRequest>> converse(StreamObserver<Outbound> out) {
    return new ConverseStream(
        new ConverseStream.Parts(conversations, fanOut, inputRules, surroundings, streams),
        Caller.current(),
        (ServerCallStreamObserver<Outbound>) out);
  }

  private static <R> void answer(StreamObserver<R> out, Supplier<CompletionStage<R>> work) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) out;
    // Without a handler, answering a caller that has gone would throw.
    call.setOnCancelHandler(() -> {});
    CompletionStage<R> answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            call.onError(StatusMapper.toException(failure));
          } else {
            call.onNext(value);
            call.onCompleted();
          }
        });
  }
}
