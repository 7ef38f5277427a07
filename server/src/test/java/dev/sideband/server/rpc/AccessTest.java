package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.FOREIGN;
import static dev.sideband.server.rpc.Serving.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.Input;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.RawJson;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and what each may do. */
class AccessTest {
  private static final String LOCAL_TOKEN = "a token for the local one";
  private static final String WATCHER_TOKEN = "a token for the watcher";
  private static final String OPERATOR_TOKEN = "a token for the operator";

  private final Serving serving =
      Serving.with(
          GrpcConfig.plaintext(Serving.loopback()),
          new Access.Tokens(
              List.of(
                  grant(LOCAL_TOKEN, "local"),
                  grant(WATCHER_TOKEN, "watcher", Role.OBSERVER),
                  grant(OPERATOR_TOKEN, "local", Role.PROVIDER_CONTROL))));

  private static TokenGrant grant(String token, String name, Role... roles) {
    Set<Role> held = EnumSet.noneOf(Role.class);
    held.addAll(List.of(roles));
    return new TokenGrant(token, new Principal(name, held));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  private ConversationGrpc.ConversationBlockingStub with(String authorization) {
    return serving.call().withInterceptors(Serving.header("authorization", authorization));
  }

  private static GetRequest get(Object conversation) {
    return GetRequest.newBuilder().setConversationId(conversation.toString()).build();
  }

  @Test
  void shouldNotTellAStrangerWhichMethodsThereAre() {
    var unknown =
        ConversationGrpc.getListMethod().toBuilder()
            .setFullMethodName("sideband.v1.Conversation/Sing")
            .build();
    Refusal refusal =
        Refusal.of(
            () ->
                ClientCalls.blockingUnaryCall(
                    serving.channel,
                    unknown,
                    CallOptions.DEFAULT,
                    ListRequest.getDefaultInstance()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.CREDENTIALS_INVALID);
  }

  @Test
  void shouldLetInWhoPresentsAToken() {
    assertThat(
            with("Bearer " + LOCAL_TOKEN).list(ListRequest.getDefaultInstance()).getNextPageToken())
        .isEqualTo("local");
    assertThat(
            with("bearer " + WATCHER_TOKEN)
                .list(ListRequest.getDefaultInstance())
                .getNextPageToken())
        .isEqualTo("watcher");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer wrong", "Bearer ", "Bearer", "", "Basic " + LOCAL_TOKEN})
  void shouldRefuseWhoPresentsNothingValid(String authorization) {
    Refusal refusal = Refusal.of(() -> with(authorization).list(ListRequest.getDefaultInstance()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.CREDENTIALS_INVALID);
    assertThat(refusal.status()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void shouldRefuseEveryMethodWithoutCredentials() {
    for (MethodDescriptor<?, ?> method : ConversationGrpc.getServiceDescriptor().getMethods()) {
      assertThat(Refusal.of(() -> callEmpty(method)).code())
          .as(method.getFullMethodName())
          .isEqualTo(ErrorCode.CREDENTIALS_INVALID);
    }
    assertThat(
            Refusal.of(() -> callEmpty(ServerReflectionGrpc.getServerReflectionInfoMethod()))
                .code())
        .isEqualTo(ErrorCode.CREDENTIALS_INVALID);
  }

  private <Q, R> void callEmpty(MethodDescriptor<Q, R> method) {
    MethodDescriptor<Q, R> once =
        method.toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build();
    Q empty = method.parseRequest(new java.io.ByteArrayInputStream(new byte[0]));
    ClientCalls.blockingServerStreamingCall(serving.channel, once, CallOptions.DEFAULT, empty)
        .next();
  }

  @Test
  void shouldAnswerHealthWithoutCredentials() {
    assertThat(
            HealthGrpc.newBlockingStub(serving.channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void shouldAnswerReflectionToWhoPresentsAToken() {
    MethodDescriptor<ServerReflectionRequest, io.grpc.reflection.v1.ServerReflectionResponse> once =
        ServerReflectionGrpc.getServerReflectionInfoMethod();
    io.grpc.reflection.v1.ServerReflectionResponse answer =
        ClientCalls.blockingServerStreamingCall(
                io.grpc.ClientInterceptors.intercept(
                    serving.channel, Serving.header("authorization", "Bearer " + LOCAL_TOKEN)),
                once.toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build(),
                CallOptions.DEFAULT,
                ServerReflectionRequest.newBuilder().setListServices("").build())
            .next();
    assertThat(answer.getListServicesResponse().getServiceList())
        .extracting("name")
        .contains("sideband.v1.Conversation", "grpc.health.v1.Health");
  }

  @Test
  void shouldShowTheObserverWhatOthersOwn() {
    assertThat(Refusal.of(() -> with("Bearer " + LOCAL_TOKEN).get(get(FOREIGN))).code())
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(with("Bearer " + WATCHER_TOKEN).get(get(FOREIGN)).hasState()).isTrue();
    serving.log.commit(FOREIGN, "somebody", 10);
    SubscribeRequest subscribe =
        SubscribeRequest.newBuilder().setConversationId(FOREIGN.toString()).build();
    assertThat(with("Bearer " + WATCHER_TOKEN).subscribe(subscribe).next().getEventsCount())
        .isEqualTo(1);
    assertThat(Refusal.of(() -> with("Bearer " + LOCAL_TOKEN).subscribe(subscribe).next()).code())
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
  }

  @Test
  void shouldLetWhoHasTheRoleSpeakInTheProvidersWords() {
    Input raw =
        Input.newBuilder().setRawJson(RawJson.newBuilder().setJson("{\"type\":\"x\"}")).build();
    Input overrides =
        Input.newBuilder()
            .setResponseCreate(
                ResponseCreate.newBuilder().setOverrides(Struct.getDefaultInstance()))
            .build();
    with("Bearer " + OPERATOR_TOKEN).send(Requests.send(raw));
    with("Bearer " + OPERATOR_TOKEN).send(Requests.send(overrides));
    assertThat(serving.conversations.sends).extracting("input").containsExactly(raw, overrides);
    Input noObject = Input.newBuilder().setRawJson(RawJson.newBuilder().setJson("[1]")).build();
    assertThat(
            Refusal.of(() -> with("Bearer " + OPERATOR_TOKEN).send(Requests.send(noObject))).code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(TALK.toString()).isEqualTo(Requests.send(raw).getConversationId());
  }

  @Test
  void shouldNotServeStrangersUnlessItIsClosedOrAskedAloud() {
    GrpcConfig everywhere = GrpcConfig.plaintext(new InetSocketAddress(0));
    assertThatThrownBy(() -> Serving.with(everywhere, new Access.Open(Serving.LOCAL)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a loopback address, or TLS and tokens");
    assertThatThrownBy(() -> Serving.with(everywhere, new Access.Tokens(List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNeverPrintAToken() {
    assertThat(grant(LOCAL_TOKEN, "local")).hasToString("TokenGrant[local]");
  }
}
