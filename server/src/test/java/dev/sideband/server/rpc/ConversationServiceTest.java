package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.FOREIGN;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static dev.sideband.server.rpc.Serving.TALK;
import static dev.sideband.server.rpc.Serving.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.sideband.server.ExpectWarning;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListVoicesRequest;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.TextInput;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The RPCs that ask once and are answered once, over a real connection. */
class ConversationServiceTest {
  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  private FakeConversations.Started started() {
    await().until(() -> !serving.conversations.starts.isEmpty());
    return serving.conversations.starts.get(0);
  }

  private ConversationGrpc.ConversationFutureStub future() {
    return ConversationGrpc.newFutureStub(serving.channel);
  }

  @Test
  void shouldAnswerStartWhenTheCallIsCreated() throws Exception {
    StartRequest request = Requests.start();
    ListenableFuture<StartResponse> answer = future().start(request);
    FakeConversations.Started started = started();
    StartResponse expected =
        StartResponse.newBuilder()
            .setConversationId(TALK.toString())
            .setSdpAnswer(Requests.OFFER)
            .setSequence(2)
            .build();
    started.answer().complete(expected);
    assertThat(answer.get()).isEqualTo(expected);
    assertThat(started.principal()).isEqualTo(LOCAL);
    assertThat(started.request()).isEqualTo(request);
    assertThat(Span.fromContext(started.trace()).getSpanContext().isValid()).isFalse();
  }

  @Test
  void shouldHandOnTheCallersTrace() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    ListenableFuture<StartResponse> answer =
        future()
            .withInterceptors(Serving.header("traceparent", "00-" + trace + "-b7ad6b7169203331-01"))
            .start(Requests.start());
    assertThat(Span.fromContext(started().trace()).getSpanContext().getTraceId()).isEqualTo(trace);
    started().answer().complete(StartResponse.getDefaultInstance());
    assertThat(answer).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void shouldAbandonStartWhenTheCallerCancels() {
    ListenableFuture<StartResponse> answer = future().start(Requests.start());
    FakeConversations.Started started = started();
    answer.cancel(true);
    await().until(() -> started.abandoned().contains(ErrorCode.START_CANCELLED));
  }

  @Test
  void shouldAbandonStartWhenItsDeadlinePasses() {
    // So that no time goes into connecting.
    serving.call().list(ListRequest.getDefaultInstance());
    Status.Code status =
        Assertions.catchThrowableOfType(
                StatusRuntimeException.class,
                () -> serving.call().withDeadlineAfter(2, TimeUnit.SECONDS).start(Requests.start()))
            .getStatus()
            .getCode();
    assertThat(status).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    FakeConversations.Started started = started();
    await().until(() -> started.abandoned().contains(ErrorCode.START_DEADLINE_EXCEEDED));
  }

  @Test
  void shouldRefuseStartWhenGoingAway() {
    serving.server.goAway();
    Refusal refusal = Refusal.of(() -> serving.call().start(Requests.start()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(refusal.status()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(serving.conversations.starts).isEmpty();
    assertThat(serving.conversations.startsRefused).containsExactly(ErrorCode.SERVER_GOING_AWAY);
  }

  @Test
  void shouldTellOfEachStartThatIsRefusedForItsRequest() {
    StartRequest none = Requests.offering("no offer").build();
    StartRequest misnamed = Requests.start().toBuilder().setRequestId("1").build();
    assertThat(Refusal.of(() -> serving.call().start(none)).code())
        .isEqualTo(ErrorCode.SDP_MALFORMED);
    assertThat(Refusal.of(() -> serving.call().start(misnamed)).code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(serving.conversations.startsRefused)
        .containsExactly(ErrorCode.SDP_MALFORMED, ErrorCode.REQUEST_INVALID);
  }

  @Test
  @ExpectWarning("A call failed by a fault of the server's own")
  void shouldTellOfAStartThatAFaultEnded() {
    serving.conversations.breakStarts();
    Refusal refusal = Refusal.of(() -> serving.call().start(Requests.start()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.SERVER_FAULT);
    assertThat(serving.conversations.startsRefused).containsExactly(ErrorCode.SERVER_FAULT);
  }

  @Test
  void shouldTellNothingOfAStartThatWasBegun() {
    ListenableFuture<StartResponse> answer = future().start(Requests.start());
    started()
        .answer()
        .completeExceptionally(new SessionException(ErrorCode.PROVIDER_FAILED, "provider: away"));
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
    assertThat(serving.conversations.startsRefused).isEmpty();
  }

  @Test
  void shouldTellWhyAStartFailed() throws Exception {
    ListenableFuture<StartResponse> answer = future().start(Requests.start());
    started()
        .answer()
        .completeExceptionally(
            new SessionException(
                ErrorCode.PROVIDER_RATE_LIMITED,
                "provider: busy",
                Map.of("provider_code", "rate_limit"),
                Optional.of(Duration.ofMillis(2500))));
    Throwable failure =
        Objects.requireNonNull(
            Assertions.catchThrowableOfType(ExecutionException.class, answer::get).getCause());
    Refusal refusal = Refusal.of(failure);
    assertThat(refusal.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.info().getDomain()).isEqualTo("sideband");
    assertThat(refusal.info().getMetadataMap()).containsEntry("provider_code", "rate_limit");
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    assertThat(status).isNotNull();
    Any retry = status.getDetails(1);
    assertThat(retry.unpack(RetryInfo.class).getRetryDelay())
        .isEqualTo(
            com.google.protobuf.Duration.newBuilder().setSeconds(2).setNanos(500_000_000).build());
  }

  @Test
  @ExpectWarning("A call failed by a fault of the server's own")
  void shouldSayNoMoreThanFaultWhenTheServerFails() {
    serving.conversations.failWith(new IllegalStateException("secret: 42"));
    Refusal refusal =
        Refusal.of(
            () ->
                serving
                    .call()
                    .get(GetRequest.newBuilder().setConversationId(TALK.toString()).build()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.SERVER_FAULT);
    assertThat(refusal.status()).isEqualTo(Status.Code.INTERNAL);
    assertThat(refusal.toString()).doesNotContain("42");
  }

  @Test
  void shouldSendAnInput() {
    SendResponse answer = serving.call().send(Requests.send(Requests.text("hello")));
    assertThat(answer.getSequence()).isEqualTo(1);
    assertThat(serving.conversations.sends)
        .singleElement()
        .extracting("input")
        .isEqualTo(Requests.text("hello"));
  }

  @Test
  void shouldPassOnThatTheConversationHasEnded() {
    serving.conversations.failWith(
        new SessionException(ErrorCode.CONVERSATION_ENDED, "conversation: ended"));
    Refusal refusal =
        Refusal.of(() -> serving.call().send(Requests.send(Requests.text("too late"))));
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONVERSATION_ENDED);
    assertThat(refusal.status()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void shouldStopGetListAndListVoices() {
    String id = TALK.toString();
    assertThat(
            serving.call().stop(StopRequest.newBuilder().setConversationId(id).build()).getReason())
        .isEqualTo(EndReason.REQUESTED);
    assertThat(
            serving
                .call()
                .get(GetRequest.newBuilder().setConversationId(id).build())
                .getState()
                .getConversationId())
        .isEqualTo(id);
    assertThat(serving.call().list(ListRequest.getDefaultInstance()).getNextPageToken())
        .isEqualTo("local");
    assertThat(
            serving
                .call()
                .listVoices(ListVoicesRequest.getDefaultInstance())
                .getDialects(0)
                .getVoicesList())
        .containsExactly("marin", "cedar");
  }

  @Test
  void shouldNotFindWhatIsForeignOrUnknown() {
    for (String id : new String[] {FOREIGN.toString(), UNKNOWN.toString()}) {
      Refusal get =
          Refusal.of(
              () -> serving.call().get(GetRequest.newBuilder().setConversationId(id).build()));
      Refusal stop =
          Refusal.of(
              () -> serving.call().stop(StopRequest.newBuilder().setConversationId(id).build()));
      Input hello = Input.newBuilder().setText(TextInput.newBuilder().setText("hello")).build();
      Refusal send =
          Refusal.of(
              () ->
                  serving
                      .call()
                      .send(
                          SendRequest.newBuilder().setConversationId(id).setInput(hello).build()));
      assertThat(get.status()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(get.code())
          .isEqualTo(stop.code())
          .isEqualTo(send.code())
          .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    }
  }
}
