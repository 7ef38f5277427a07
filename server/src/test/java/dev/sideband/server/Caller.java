package dev.sideband.server;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConversationGrpc.ConversationBlockingStub;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.ConverseRequest.Attach;
import dev.sideband.v1.ConverseRequest.SendInput;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListIceServersRequest;
import dev.sideband.v1.ListIceServersResponse;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListVoicesRequest;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.RealtimeEvent;
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
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Somebody who calls the server over gRPC, on a connection of its own. */
final class Caller implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final ManagedChannel channel;

  private Caller(ManagedChannel channel) {
    this.channel = channel;
  }

  static Caller of(int port, ClientInterceptor... interceptors) {
    return new Caller(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(interceptors)
            .build());
  }

  /** Carries a bearer token. */
  static ClientInterceptor bearing(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  ManagedChannel channel() {
    return channel;
  }

  ConversationBlockingStub call() {
    return ConversationGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  StartResponse start() {
    return start(Requests.webRtc());
  }

  StartResponse start(StartRequest.Builder request) {
    return call().start(request.build());
  }

  Refusal refusedStart(StartRequest.Builder request) {
    return refused(() -> start(request));
  }

  /** Does what must be refused. */
  static Refusal refused(Runnable call) {
    return Refusal.of(catchThrowableOfType(StatusRuntimeException.class, call::run));
  }

  SendResponse send(String conversation, Input input) {
    return call()
        .send(SendRequest.newBuilder().setConversationId(conversation).setInput(input).build());
  }

  StopResponse stop(String conversation) {
    return call().stop(StopRequest.newBuilder().setConversationId(conversation).build());
  }

  ConversationState get(String conversation) {
    return call().get(GetRequest.newBuilder().setConversationId(conversation).build()).getState();
  }

  List<ConversationSummary> list() {
    return call().list(ListRequest.newBuilder().setPageSize(500).build()).getConversationsList();
  }

  ListVoicesResponse voices() {
    return call().listVoices(ListVoicesRequest.getDefaultInstance());
  }

  ListIceServersResponse iceServers() {
    return call().listIceServers(ListIceServersRequest.getDefaultInstance());
  }

  /** Follows a conversation to its end. */
  Listening<SubscribeRequest> follow(String conversation) {
    return subscribe(to(conversation).setFollow(true));
  }

  Listening<SubscribeRequest> subscribe(SubscribeRequest.Builder request) {
    return subscribe(request, Listening.reading());
  }

  Listening<SubscribeRequest> subscribe(
      SubscribeRequest.Builder request, Listening<SubscribeRequest> listening) {
    ConversationGrpc.newStub(channel).subscribe(request.build(), listening);
    return listening;
  }

  static SubscribeRequest.Builder to(String conversation) {
    return SubscribeRequest.newBuilder().setConversationId(conversation);
  }

  static SubscribeRequest.Builder toAll(ByteString cursor) {
    return SubscribeRequest.newBuilder().setCursor(cursor);
  }

  /** All events of a conversation as they are stored now. */
  List<RealtimeEvent> story(String conversation) {
    return rest(conversation, 0);
  }

  List<RealtimeEvent> rest(String conversation, long afterSequence) {
    List<RealtimeEvent> events = new ArrayList<>();
    call()
        .subscribe(to(conversation).setAfterSequence(afterSequence).build())
        .forEachRemaining(message -> events.addAll(message.getEventsList()));
    return events;
  }

  /** Waits for the end of a conversation, and tells all of it. */
  List<RealtimeEvent> storyToTheEnd(String conversation) {
    return follow(conversation).awaitEnd();
  }

  /** A Converse stream that is attached to a conversation. */
  Talk talk(String conversation) {
    Listening<ConverseRequest> listening = Listening.reading();
    StreamObserver<ConverseRequest> requests =
        ConversationGrpc.newStub(channel).converse(listening);
    requests.onNext(
        ConverseRequest.newBuilder()
            .setAttach(Attach.newBuilder().setConversationId(conversation))
            .build());
    return new Talk(requests, listening);
  }

  /** Inputs up, events down. */
  record Talk(StreamObserver<ConverseRequest> requests, Listening<ConverseRequest> listening) {
    void say(Input input) {
      requests.onNext(
          ConverseRequest.newBuilder().setInput(SendInput.newBuilder().setInput(input)).build());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the channel did not close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
