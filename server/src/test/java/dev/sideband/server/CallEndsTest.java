package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConversationGrpc.ConversationFutureStub;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.StopResponse;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.Usage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How calls end, one and many. */
class CallEndsTest {
  private static final Path EXAMPLE_PRICES = Path.of("../docs/examples/prices.yaml");
  private static final int MANY = 50;

  private final OneServer server;

  CallEndsTest(@TempDir Path folder) {
    server = new OneServer(folder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void requireExpired(List<RealtimeEvent> story) {
    Stories.requireEnded(story, EndReason.EXPIRED);
    assertThat(story)
        .filteredOn(RealtimeEvent::hasErrorOccurred)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getErrorOccurred().getCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
              assertThat(event.getErrorOccurred().getSeverity()).isEqualTo(Severity.PAST_LIMIT);
            });
  }

  @Test
  void shouldEndExpiredWhenTheProvidersLimitIsReached() {
    Caller caller = server.open("loopback.session-limit=2s");
    requireExpired(caller.storyToTheEnd(caller.start().getConversationId()));
    assertThat(server.report().live()).isZero();
  }

  @Test
  void shouldEndExpiredWhenTheProviderSaysSo() {
    Caller caller = server.open();
    String id = caller.start().getConversationId();
    caller.send(id, Requests.text("!expire"));
    requireExpired(caller.storyToTheEnd(id));
  }

  @Test
  void shouldEndWhenTheCallerHangsUpAndTheCallIsGone() {
    Caller caller = server.open();
    String id = caller.start().getConversationId();
    Listening<?> following = caller.follow(id);
    following.await(SESSION_CONFIGURED);

    server.loopback().loseMedia(server.report().calls().get(0).id());

    assertThat(Stories.requireEnded(following.awaitEnd(), EndReason.CALL_IS_GONE))
        .isEqualTo(HangUp.ALREADY_GONE);
  }

  @Test
  void shouldEndAtItsOwnLimitWhenOneIsSet() {
    Caller caller = server.open("session.max-duration=500ms");
    List<RealtimeEvent> story = caller.storyToTheEnd(caller.start().getConversationId());
    assertThat(Stories.requireEnded(story, EndReason.MAX_DURATION)).isEqualTo(HangUp.HUNG_UP);
  }

  @Test
  void shouldEndAtItsBudgetWhenPricesAreKnown() {
    Caller caller = server.open("session.prices-file=" + EXAMPLE_PRICES);
    StartRequest.Builder thrifty =
        Requests.webRtc().setLimits(Limits.newBuilder().setBudgetMicroUsd(1));
    String id = caller.start(thrifty).getConversationId();
    caller.send(id, Requests.asking("How are you?"));

    List<RealtimeEvent> story = caller.storyToTheEnd(id);
    assertThat(Stories.requireEnded(story, EndReason.BUDGET)).isEqualTo(HangUp.HUNG_UP);
    Usage total = story.get(story.size() - 1).getConversationEnded().getUsage();
    assertThat(total.getCostMicroUsd()).isPositive();
    assertThat(caller.get(id).getUsage()).isEqualTo(total);
    assertThat(caller.list().get(0).getUsage()).isEqualTo(total);
  }

  @Test
  void shouldLeaveNoCallWhenManyAreStopped() throws ExecutionException, InterruptedException {
    Caller caller = server.open();
    ConversationFutureStub many = ConversationGrpc.newFutureStub(caller.channel());
    List<ListenableFuture<StartResponse>> starts = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      starts.add(many.start(Requests.webRtc().build()));
    }
    List<String> ids =
        Futures.allAsList(starts).get().stream().map(StartResponse::getConversationId).toList();
    List<Listening<SubscribeRequest>> followers = ids.stream().map(caller::follow).toList();
    followers.forEach(follower -> follower.await(SESSION_CONFIGURED));
    assertThat(server.report().live()).isEqualTo(MANY);
    assertThat(caller.list()).hasSize(MANY).allMatch(ConversationSummary::getLive);

    List<ListenableFuture<StopResponse>> stops =
        ids.stream()
            .map(id -> many.stop(StopRequest.newBuilder().setConversationId(id).build()))
            .toList();
    Futures.allAsList(stops).get();

    for (Listening<SubscribeRequest> follower : followers) {
      assertThat(Stories.requireEnded(follower.awaitEnd(), EndReason.REQUESTED))
          .isEqualTo(HangUp.HUNG_UP);
    }
    assertThat(server.report().live()).isZero();
    assertThat(server.report().hungUp()).isEqualTo(MANY);
    assertThat(caller.list()).hasSize(MANY).noneMatch(ConversationSummary::getLive);
  }
}
