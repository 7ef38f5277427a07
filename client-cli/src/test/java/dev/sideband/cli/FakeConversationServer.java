package dev.sideband.cli;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.sideband.cli.call.FakeCallee;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.GetResponse;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListIceServersRequest;
import dev.sideband.v1.ListIceServersResponse;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.ListVoicesRequest;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.StopResponse;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.TextInput;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks the real protocol and plays a {@link FakeConversation}; a WebRTC offer is
 * answered by a real peer that echoes. Everything runs under one lock.
 */
final class FakeConversationServer extends ConversationGrpc.ConversationImplBase
    implements AutoCloseable {
  private final Map<String, FakeConversation> conversations = new LinkedHashMap<>();
  private final List<FakeCallee> callees = new ArrayList<>();
  private final Flaw flaw;
  private final Server server;
  private boolean answering;
  private boolean renewing;
  private String stunUrl = "";
  private int iceServersTold;

  /** What the fake does wrong on purpose. */
  enum Flaw {
    NONE,
    SKIPS_A_SEQUENCE,
    TRANSCRIBES_NO_USER,
    TAKES_NO_OFFER_MILESTONE,
    REFUSES_TO_START
  }

  FakeConversationServer() throws IOException {
    this(Flaw.NONE);
  }

  FakeConversationServer(Flaw flaw) throws IOException {
    this.flaw = flaw;
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** The conversation that was started last. */
  synchronized FakeConversation newest() {
    return newestFirst().get(0);
  }

  /** Adds one without a client. */
  synchronized FakeConversation add(String id) {
    FakeConversation conversation = new FakeConversation(id, flaw);
    conversations.put(id, conversation);
    return conversation;
  }

  @Override
  public synchronized void start(StartRequest request, StreamObserver<StartResponse> responses) {
    if (flaw == Flaw.REFUSES_TO_START) {
      refuse(responses, Code.UNAVAILABLE, ErrorCode.PROVIDER_UNREACHABLE);
      return;
    }
    String id = "0199a3b2-7c4e-7000-8000-00000000000" + conversations.size();
    FakeConversation conversation = add(id);
    StartResponse.Builder response = StartResponse.newBuilder().setConversationId(id);
    conversation.start(request);
    if (request.getTransport().hasWebRtc()) {
      response.setSdpAnswer(answer(request.getTransport().getWebRtc().getSdpOffer()));
    }
    response.setSequence(conversation.callCreated());
    reply(responses, response.build());
    conversation.join();
    if (renewing || answering) {
      conversation.goDeaf();
    }
    if (renewing) {
      conversation.renewalDue();
    }
    if (answering) {
      conversation.take(
          Input.newBuilder()
              .setText(TextInput.newBuilder().setText("hi").setRespond(true))
              .build());
    }
  }

  @Override
  public synchronized void renew(RenewRequest request, StreamObserver<RenewResponse> responses) {
    FakeConversation conversation = find(request.getConversationId(), responses);
    if (conversation == null) {
      return;
    }
    RenewResponse.Builder response = RenewResponse.newBuilder().setCall(2);
    response.setSdpAnswer(answer(request.getSdpOffer()));
    reply(responses, response.setSequence(conversation.callCreated()).build());
    conversation.renew();
  }

  /** Goes away in the middle of whatever it does. */
  void breakOff() {
    server.shutdownNow();
  }

  /** Ends every stream, as a server that dies; it is back at once. */
  synchronized void loseStreams() {
    conversations.values().forEach(FakeConversation::loseFollowers);
  }

  /** From now on each conversation begins with an answer, and has no other, whatever is said. */
  synchronized void answerAsSoonAsConnected() {
    answering = true;
  }

  /** From now on the first call of each conversation is to be renewed at once. */
  synchronized void renewSoon() {
    renewing = true;
  }

  /** From now on it knows what ListIceServers is; until then it is too old for that. */
  synchronized void tellOfStun(String url) {
    stunUrl = url;
  }

  /** How often somebody asked for ICE servers and was told. */
  synchronized int iceServersTold() {
    return iceServersTold;
  }

  /** The loudest sample that each call heard, in their order. */
  synchronized List<Integer> heardPeaks() {
    return callees.stream().map(FakeCallee::peak).toList();
  }

  private String answer(String offer) {
    FakeCallee callee = new FakeCallee();
    callees.add(callee);
    try {
      return callee.answer(offer);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void send(SendRequest request, StreamObserver<SendResponse> responses) {
    FakeConversation conversation = find(request.getConversationId(), responses);
    if (conversation == null) {
      return;
    }
    if (conversation.isEnded()) {
      refuse(responses, Code.FAILED_PRECONDITION, ErrorCode.CONVERSATION_ENDED);
      return;
    }
    Input input = request.getInput();
    if (flaw == Flaw.TAKES_NO_OFFER_MILESTONE
        && input.getClientMilestone().getName().equals("offer")) {
      refuse(responses, Code.INVALID_ARGUMENT, ErrorCode.REQUEST_INVALID);
      return;
    }
    reply(
        responses,
        SendResponse.newBuilder()
            .setInputId("0123456789abcdef0123456789abcdef")
            .setSequence(conversation.take(input))
            .build());
  }

  @Override
  public synchronized void stop(StopRequest request, StreamObserver<StopResponse> responses) {
    FakeConversation conversation = find(request.getConversationId(), responses);
    if (conversation != null) {
      reply(
          responses,
          StopResponse.newBuilder()
              .setSequence(conversation.end(EndReason.REQUESTED))
              .setReason(EndReason.REQUESTED)
              .build());
    }
  }

  @Override
  public synchronized void subscribe(
      SubscribeRequest request, StreamObserver<RealtimeEvents> responses) {
    if (request.getConversationId().isEmpty()) {
      conversations.values().forEach(each -> each.follow(responses, each.head(), true));
      return;
    }
    FakeConversation conversation = find(request.getConversationId(), responses);
    if (conversation != null) {
      conversation.follow(responses, request.getAfterSequence(), request.getFollow());
    }
  }

  @Override
  public synchronized void get(GetRequest request, StreamObserver<GetResponse> responses) {
    FakeConversation conversation = find(request.getConversationId(), responses);
    if (conversation != null) {
      reply(responses, GetResponse.newBuilder().setState(conversation.state()).build());
    }
  }

  @Override
  public synchronized void list(ListRequest request, StreamObserver<ListResponse> responses) {
    ListResponse.Builder page = ListResponse.newBuilder();
    newestFirst().stream()
        .filter(each -> !request.getLiveOnly() || !each.isEnded())
        .limit(request.getPageSize())
        .forEach(each -> page.addConversations(each.summary()));
    reply(responses, page.build());
  }

  private List<FakeConversation> newestFirst() {
    List<FakeConversation> all = new ArrayList<>(conversations.values());
    Collections.reverse(all);
    return all;
  }

  @Override
  public void listVoices(ListVoicesRequest request, StreamObserver<ListVoicesResponse> responses) {
    reply(
        responses,
        ListVoicesResponse.newBuilder()
            .addDialects(
                ListVoicesResponse.DialectVoices.newBuilder()
                    .setDialect("openai-realtime")
                    .addVoices("alloy")
                    .addVoices("marin")
                    .setDefaultVoice("marin"))
            .build());
  }

  @Override
  public synchronized void listIceServers(
      ListIceServersRequest request, StreamObserver<ListIceServersResponse> responses) {
    if (stunUrl.isEmpty()) {
      super.listIceServers(request, responses);
      return;
    }
    iceServersTold++;
    IceServer stun = IceServer.newBuilder().addUrls(stunUrl).build();
    reply(responses, ListIceServersResponse.newBuilder().addIceServers(stun).build());
  }

  private @Nullable FakeConversation find(String id, StreamObserver<?> responses) {
    FakeConversation conversation = conversations.get(id);
    if (conversation == null) {
      refuse(responses, Code.NOT_FOUND, ErrorCode.CONVERSATION_NOT_FOUND);
    }
    return conversation;
  }

  private static void refuse(StreamObserver<?> responses, Code code, ErrorCode reason) {
    ErrorInfo info = ErrorInfo.newBuilder().setDomain("sideband").setReason(reason.name()).build();
    responses.onError(
        StatusProto.toStatusRuntimeException(
            Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage("conversation_id: not one that is here")
                .addDetails(Any.pack(info))
                .build()));
  }

  private static <T> void reply(StreamObserver<T> responses, T response) {
    responses.onNext(response);
    responses.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the fake server did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    callees.forEach(FakeCallee::close);
    callees.clear();
  }
}
