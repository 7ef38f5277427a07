package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.FOREIGN;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static dev.sideband.server.rpc.Serving.TALK;
import static dev.sideband.server.rpc.Serving.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Renew, over a real connection. */
class RenewTest {
  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  private static RenewRequest.Builder renewal() {
    return RenewRequest.newBuilder().setConversationId(TALK.toString()).setSdpOffer(Requests.OFFER);
  }

  private ListenableFuture<RenewResponse> asked() {
    ListenableFuture<RenewResponse> answer =
        ConversationGrpc.newFutureStub(serving.channel).renew(renewal().build());
    await().until(() -> !serving.conversations.renewals.isEmpty());
    return answer;
  }

  private ErrorCode refusal(RenewRequest.Builder request) {
    return Refusal.of(() -> serving.call().renew(request.build())).code();
  }

  @Test
  void shouldAnswerWhenTheCallIsCreated() throws Exception {
    ListenableFuture<RenewResponse> answer = asked();
    RenewResponse expected =
        RenewResponse.newBuilder().setSdpAnswer(Requests.OFFER).setSequence(7).setCall(2).build();
    serving.conversations.renewals.get(0).answer().complete(expected);
    assertThat(answer.get()).isEqualTo(expected);
  }

  @Test
  void shouldGiveUpWhenTheCallerCancels() {
    asked().cancel(true);
    await()
        .until(
            () ->
                serving
                    .conversations
                    .renewals
                    .get(0)
                    .abandoned()
                    .contains(ErrorCode.START_CANCELLED));
  }

  @Test
  void shouldRefuseWhatIsNotWellFormed() {
    assertThat(refusal(renewal().setSdpOffer(""))).isEqualTo(ErrorCode.SDP_MISSING);
    assertThat(refusal(renewal().setSdpOffer("hello"))).isEqualTo(ErrorCode.SDP_MALFORMED);
    assertThat(refusal(renewal().setConversationId("7"))).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(refusal(renewal().setRequestId("7"))).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(serving.conversations.renewals).isEmpty();
  }

  @Test
  void shouldKnowOnlyOnesOwn() {
    for (var id : new Object[] {FOREIGN, UNKNOWN}) {
      assertThat(refusal(renewal().setConversationId(id.toString())))
          .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    }
  }

  @Test
  void shouldRefuseWhenGoingAway() {
    serving.server.goAway();
    assertThat(refusal(renewal())).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
  }
}
