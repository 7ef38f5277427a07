package dev.sideband.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of native clients, which pass through as they are. */
final class PlainCallsTest {
  private static final String CONVERSE = "sideband.v1.Conversation/Converse";

  private final FakeServer server;
  private final RunningBridge bridge;
  private final ManagedChannel channel;

  PlainCallsTest() throws Exception {
    server = FakeServer.start();
    bridge = RunningBridge.to(server);
    channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", bridge.port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    bridge.close();
    server.close();
  }

  /** What a stream says, in order; its status at the end. */
  private static final class Heard<T> implements StreamObserver<T> {
    private final BlockingQueue<T> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(T message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }

    T next() throws InterruptedException {
      T message = messages.poll(30, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      return message;
    }

    Status end() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  private static ConverseRequest attached(String id) {
    return ConverseRequest.newBuilder()
        .setAttach(ConverseRequest.Attach.newBuilder().setConversationId(id))
        .build();
  }

  /** Answers each message with one event that has as many sequences as it has bytes. */
  private static FakeServer.Behaviour echo(CompletableFuture<Void> cancelled) {
    return (call, headers) -> {
      call.request(1);
      call.sendHeaders(new Metadata());
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(byte[] message) {
          call.sendMessage(
              RealtimeEvents.newBuilder()
                  .addEvents(RealtimeEvent.newBuilder().setSequence(message.length))
                  .build()
                  .toByteArray());
          call.request(1);
        }

        @Override
        public void onHalfClose() {
          call.close(Status.OK, new Metadata());
        }

        @Override
        public void onCancel() {
          cancelled.complete(null);
        }
      };
    };
  }

  @Test
  void shouldPassAConversationOfBothSides() throws Exception {
    server.on(CONVERSE, echo(new CompletableFuture<>()));
    Heard<RealtimeEvents> heard = new Heard<>();
    StreamObserver<ConverseRequest> say = ConversationGrpc.newStub(channel).converse(heard);
    for (String word : new String[] {"a", "bb", "ccc"}) {
      say.onNext(attached(word));
      assertThat(heard.next().getEvents(0).getSequence())
          .isEqualTo(attached(word).getSerializedSize());
    }
    say.onCompleted();
    assertThat(heard.end().isOk()).isTrue();
  }

  @Test
  void shouldTellTheServerWhenTheCallerCancels() throws Exception {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    server.on(CONVERSE, echo(cancelled));
    Heard<RealtimeEvents> heard = new Heard<>();
    StreamObserver<ConverseRequest> say = ConversationGrpc.newStub(channel).converse(heard);
    say.onNext(attached("a"));
    heard.next();
    say.onError(Status.CANCELLED.asRuntimeException());
    cancelled.get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldTakeCompressedMessages() {
    CompletableFuture<byte[]> heard = new CompletableFuture<>();
    server.on(
        "sideband.v1.Conversation/List",
        (call, headers) -> {
          call.request(2);
          return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              heard.complete(message);
              call.setCompression("gzip");
              call.sendHeaders(new Metadata());
              call.sendMessage(
                  ListResponse.newBuilder()
                      .setNextPageToken("x".repeat(1000))
                      .build()
                      .toByteArray());
              call.close(Status.OK, new Metadata());
            }
          };
        });
    ListRequest request = ListRequest.newBuilder().setPageToken("y".repeat(1000)).build();
    ListResponse answer =
        ConversationGrpc.newBlockingStub(channel).withCompression("gzip").list(request);
    assertThat(answer.getNextPageToken()).hasSize(1000);
    assertThat(heard.join()).isEqualTo(request.toByteArray());
  }

  @Test
  void shouldPassHealthAndReflection() throws Exception {
    server.serving(ServingStatus.NOT_SERVING);
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
    ServerReflectionResponse reflected =
        ServerReflectionResponse.newBuilder().setValidHost("a host").build();
    server.on(
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        FakeServer.answering(reflected));
    Heard<ServerReflectionResponse> heard = new Heard<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(heard);
    ask.onNext(ServerReflectionRequest.getDefaultInstance());
    ask.onCompleted();
    assertThat(heard.next()).isEqualTo(reflected);
  }

  @Test
  void shouldPassTheServersWordsWhenItFails() {
    server.on(
        "sideband.v1.Conversation/List",
        FakeServer.answering(
            Status.UNAVAILABLE.withDescription("the log takes nothing now"), new Metadata()));
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ConversationGrpc.newBlockingStub(channel).list(ListRequest.getDefaultInstance()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription()).isEqualTo("the log takes nothing now");
  }

  @Test
  void shouldHoldMoreStreamsThanOneConnectionDoes() throws Exception {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    server.on("sideband.v1.Conversation/Subscribe", FakeServer.lasting(cancelled, new byte[0]));
    Heard<RealtimeEvents> heard = new Heard<>();
    int streams = 2 * FakeServer.CALLS_ON_A_CONNECTION + 1;
    for (int i = 0; i < streams; i++) {
      ConversationGrpc.newStub(channel).subscribe(SubscribeRequest.getDefaultInstance(), heard);
    }
    for (int i = 0; i < streams; i++) {
      heard.next();
    }
    assertThat(heard.end).isNotDone();
  }
}
