package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls by gRPC-Web, in both its forms, to a server that speaks gRPC. */
final class WebCallsTest {
  private static final String LIST = CONVERSATION + "List";
  private static final String SUBSCRIBE = CONVERSATION + "Subscribe";

  private final FakeServer server;
  private final RunningBridge bridge;

  WebCallsTest() throws Exception {
    server = FakeServer.start();
    bridge = RunningBridge.to(server);
  }

  @AfterEach
  void close() {
    bridge.close();
    server.close();
  }

  private static RealtimeEvents event(long sequence) {
    return RealtimeEvents.newBuilder()
        .addEvents(RealtimeEvent.newBuilder().setSequence(sequence))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerWhenTheServerDoes(Form form) throws Exception {
    ListResponse listed =
        ListResponse.newBuilder()
            .addConversations(ConversationSummary.newBuilder().setConversationId("c-1"))
            .build();
    server.on(LIST, answering(listed));
    WebAnswer answer =
        WebClient.of(bridge, form).call(LIST, ListRequest.newBuilder().setPageSize(7).build());
    assertThat(answer.httpStatus()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith(form.contentType);
    assertThat(ListResponse.parseFrom(answer.next().orElseThrow())).isEqualTo(listed);
    assertThat(answer.status()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassEachMessageOfAStreamAtOnce(Form form) throws Exception {
    CompletableFuture<ServerCall<byte[], byte[]>> opened = new CompletableFuture<>();
    server.on(
        SUBSCRIBE,
        (call, headers) -> {
          call.request(2);
          call.sendHeaders(new Metadata());
          call.sendMessage(event(1).toByteArray());
          opened.complete(call);
          return new ServerCall.Listener<>() {};
        });
    WebAnswer answer =
        WebClient.of(bridge, form).call(SUBSCRIBE, SubscribeRequest.getDefaultInstance());
    assertThat(RealtimeEvents.parseFrom(answer.next().orElseThrow())).isEqualTo(event(1));
    ServerCall<byte[], byte[]> call = opened.get(30, TimeUnit.SECONDS);
    call.sendMessage(event(2).toByteArray());
    assertThat(RealtimeEvents.parseFrom(answer.next().orElseThrow())).isEqualTo(event(2));
    call.sendMessage(event(3).toByteArray());
    call.close(Status.OK, new Metadata());
    assertThat(RealtimeEvents.parseFrom(answer.next().orElseThrow())).isEqualTo(event(3));
    assertThat(answer.next()).isEmpty();
    assertThat(answer.status()).isZero();
  }

  @Test
  void shouldPassWhatItDoesNotKnow() throws Exception {
    byte[] ofALaterVersion =
        UnknownFieldSet.newBuilder()
            .addField(4711, UnknownFieldSet.Field.newBuilder().addVarint(42).addFixed32(7).build())
            .build()
            .toByteArray();
    CompletableFuture<byte[]> heard = new CompletableFuture<>();
    server.on(
        LIST,
        (call, headers) -> {
          call.request(2);
          return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              heard.complete(message);
              call.sendHeaders(new Metadata());
              call.sendMessage(ofALaterVersion);
              call.close(Status.OK, new Metadata());
            }
          };
        });
    WebAnswer answer = WebClient.of(bridge, Form.BINARY).call(LIST, ofALaterVersion);
    assertThat(answer.next()).contains(ofALaterVersion);
    assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(ofALaterVersion);
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassStatusAndDetailsWhenTheServerFails(Form form) throws Exception {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {1, 2, -3});
    Status failed = Status.NOT_FOUND.withDescription("no such conversation: é");
    for (List<byte[]> before : List.of(List.<byte[]>of(), List.of(event(1).toByteArray()))) {
      server.on(SUBSCRIBE, answering(failed, trailers, before.toArray(new byte[0][])));
      WebAnswer answer =
          WebClient.of(bridge, form).call(SUBSCRIBE, SubscribeRequest.getDefaultInstance());
      assertThat(answer.rest()).hasSameSizeAs(before);
      assertThat(answer.status()).isEqualTo(Status.Code.NOT_FOUND.value());
      assertThat(answer.message()).isEqualTo("no such conversation: é");
      assertThat(
              Base64.getDecoder().decode(answer.trailer("grpc-status-details-bin").orElseThrow()))
          .containsExactly(1, 2, -3);
    }
  }

  @Test
  void shouldSayThatItKnowsNoSuchMethod() throws Exception {
    WebAnswer answer =
        WebClient.of(bridge, Form.BINARY).call(CONVERSATION + "Invented", new byte[0]);
    assertThat(answer.status()).isEqualTo(Status.Code.UNIMPLEMENTED.value());
    assertThat(answer.message()).contains("knows no such method");
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellTheServerWhenThePageGoesAway(Form form) throws Exception {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    server.on(SUBSCRIBE, FakeServer.lasting(cancelled, event(1).toByteArray()));
    WebAnswer answer =
        WebClient.of(bridge, form).call(SUBSCRIBE, SubscribeRequest.getDefaultInstance());
    assertThat(answer.next()).isPresent();
    assertThat(cancelled).isNotDone();
    answer.close();
    cancelled.get(30, TimeUnit.SECONDS);
  }
}
