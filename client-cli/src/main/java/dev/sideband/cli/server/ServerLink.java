package dev.sideband.cli.server;

import dev.sideband.cli.failure.CliException;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.GetResponse;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListIceServersRequest;
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
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A connection to one server: each method is one RPC that waits for its answer.
 *
 * <p><b>Errors.</b> A failed RPC is a {@link dev.sideband.cli.failure.CliException} that says what
 * to do. <b>Threads.</b> Any.
 */
public final class ServerLink implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration START_WITHIN = Duration.ofSeconds(30);

  /** After which a server is asked whether it is still there. */
  private static final Duration SILENT_FOR = Duration.ofSeconds(30);

  private static final long AGAIN_AFTER_MS = 500;
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private final ServerTarget target;
  private final ManagedChannel channel;
  private final StatusTranslator translator;
  private final Supplier<UUID> requestIds;

  private ServerLink(ServerTarget target, ManagedChannel channel, Supplier<UUID> requestIds) {
    this.target = target;
    this.channel = channel;
    this.requestIds = requestIds;
    translator = new StatusTranslator(target);
  }

  /** Connects lazily: a server that is not there is noticed by the first RPC. */
  public static ServerLink to(ServerTarget target, Supplier<UUID> requestIds) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(target.host(), target.port())
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(SILENT_FOR.toSeconds(), TimeUnit.SECONDS);
    if (target.tls()) {
      builder.useTransportSecurity();
    } else {
      builder.usePlaintext();
    }
    if (target.token() != null) {
      builder.intercept(bearer(target.token()));
    }
    return new ServerLink(target, builder.build(), requestIds);
  }

  private static ClientInterceptor bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** Where this link leads. */
  public ServerTarget target() {
    return target;
  }

  /**
   * Connects in the background, if it has not, so that the first RPC need not: it asks for the
   * voices, and leaves it to that RPC to notice that nobody answers.
   */
  public void connect() {
    var unused =
        ConversationGrpc.newFutureStub(channel)
            .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
            .listVoices(ListVoicesRequest.getDefaultInstance());
  }

  /** Starts a conversation; a missing request id is filled in. */
  public StartResponse start(StartRequest request) {
    StartRequest identified =
        request.getRequestId().isEmpty()
            ? request.toBuilder().setRequestId(requestId()).build()
            : request;
    return ask(START_WITHIN, stub -> stub.start(identified));
  }

  /** Goes on with a conversation in a new call. */
  public RenewResponse renew(String conversationId, String offer) {
    RenewRequest request =
        RenewRequest.newBuilder()
            .setConversationId(conversationId)
            .setRequestId(requestId())
            .setSdpOffer(offer)
            .build();
    return ask(START_WITHIN, stub -> stub.renew(request));
  }

  /** As {@link #start}, for a caller that will ask again. */
  public Outcome<StartResponse> tryStart(StartRequest request) {
    return attempt(START_WITHIN, stub -> stub.start(request));
  }

  /** As {@link #send}, for a caller that will ask again. */
  public Outcome<SendResponse> trySend(SendRequest request) {
    return attempt(ANSWER_WITHIN, stub -> stub.send(request));
  }

  /** As {@link #stop}, for a caller that will ask again. */
  public Outcome<StopResponse> tryStop(StopRequest request) {
    return attempt(ANSWER_WITHIN, stub -> stub.stop(request));
  }

  /** Puts one input into a conversation. */
  public SendResponse send(String conversationId, Input input) {
    SendRequest request =
        SendRequest.newBuilder()
            .setConversationId(conversationId)
            .setRequestId(requestId())
            .setInput(input)
            .build();
    return ask(ANSWER_WITHIN, stub -> stub.send(request));
  }

  /**
   * The same; while the server is away, or cannot take it, it is tried again for so long, under one
   * request id.
   */
  public SendResponse send(String conversationId, Input input, Duration patience)
      throws InterruptedException {
    SendRequest request =
        SendRequest.newBuilder()
            .setConversationId(conversationId)
            .setRequestId(requestId())
            .setInput(input)
            .build();
    return patiently(patience, () -> ask(ANSWER_WITHIN, stub -> stub.send(request)));
  }

  /** As {@link #stop(String)}; while the server is away it is tried again for so long. */
  public StopResponse stop(String conversationId, Duration patience) throws InterruptedException {
    return patiently(patience, () -> stop(conversationId));
  }

  private <T> T patiently(Duration patience, Supplier<T> rpc) throws InterruptedException {
    for (long left = patience.toMillis(); ; left -= AGAIN_AFTER_MS) {
      try {
        return rpc.get();
      } catch (CliException e) {
        if (left <= 0 || !translator.mayPass(e.getCause())) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(AGAIN_AFTER_MS);
      channel.resetConnectBackoff();
    }
  }

  /** Whether a failed RPC may succeed when it is tried again: its server was away, or busy. */
  public boolean mayPass(CliException failure) {
    return translator.mayPass(failure.getCause());
  }

  /** Ends a conversation. */
  public StopResponse stop(String conversationId) {
    StopRequest request =
        StopRequest.newBuilder()
            .setConversationId(conversationId)
            .setRequestId(requestId())
            .build();
    return ask(ANSWER_WITHIN, stub -> stub.stop(request));
  }

  /** What a conversation is now. */
  public GetResponse get(String conversationId) {
    GetRequest request = GetRequest.newBuilder().setConversationId(conversationId).build();
    return ask(ANSWER_WITHIN, stub -> stub.get(request));
  }

  /** One page of conversations, newest first. */
  public ListResponse list(ListRequest request) {
    return ask(ANSWER_WITHIN, stub -> stub.list(request));
  }

  /** The voices of each dialect. */
  public ListVoicesResponse voices() {
    return ask(ANSWER_WITHIN, stub -> stub.listVoices(ListVoicesRequest.getDefaultInstance()));
  }

  /** The STUN and TURN servers for the next call; a server that cannot say has none. */
  public List<IceServer> iceServers() {
    ListIceServersRequest request = ListIceServersRequest.getDefaultInstance();
    try {
      return ask(ANSWER_WITHIN, stub -> stub.listIceServers(request)).getIceServersList();
    } catch (CliException e) {
      if (Status.fromThrowable(e).getCode() == Status.Code.UNIMPLEMENTED) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Opens a subscription; nothing is read before its first {@link EventFeed#next}. A server that
   * was away is tried at once.
   */
  public EventFeed subscribe(SubscribeRequest request) {
    channel.resetConnectBackoff();
    return EventFeed.open(ConversationGrpc.newBlockingStub(channel), request, translator);
  }

  private String requestId() {
    return requestIds.get().toString();
  }

  private <T> T ask(Duration within, Function<ConversationGrpc.ConversationBlockingStub, T> rpc) {
    var stub =
        ConversationGrpc.newBlockingStub(channel)
            .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return rpc.apply(stub);
    } catch (StatusRuntimeException e) {
      throw translator.translate(e);
    }
  }

  private <T> Outcome<T> attempt(
      Duration within, Function<ConversationGrpc.ConversationBlockingStub, T> rpc) {
    var stub =
        ConversationGrpc.newBlockingStub(channel)
            .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return Outcome.answered(rpc.apply(stub));
    } catch (StatusRuntimeException e) {
      return translator.outcome(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
