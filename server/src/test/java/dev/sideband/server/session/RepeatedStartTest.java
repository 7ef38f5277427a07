package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.BOB;
import static dev.sideband.server.session.SessionWorld.failure;
import static dev.sideband.server.session.SessionWorld.get;
import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.StartRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A Start that comes again gets the first one's outcome, whether from memory or from the log. */
class RepeatedStartTest {
  private final SessionWorld world = new SessionWorld();
  private final String requestId = UUID.randomUUID().toString();
  private final StartRequest request = webRtc().toBuilder().setRequestId(requestId).build();

  @Test
  void shouldGiveAnEqualRepeatTheFirstOutcome() {
    Starting first = world.start(request);
    Starting second = world.start(request);
    world.created();
    Starting third = world.start(request);

    assertThat(world.provider.creates()).hasSize(1);
    assertThat(get(second.answer())).isEqualTo(get(first.answer()));
    assertThat(get(third.answer())).isEqualTo(get(first.answer()));
  }

  @Test
  void shouldGiveARepeatTheFirstFailureToo() {
    world.start(request);
    world.provider.nextCreate().fail(ProviderException.Kind.QUOTA);
    world.settle();

    assertThat(refusal(world.start(request).answer())).isEqualTo(ErrorCode.PROVIDER_QUOTA);
    assertThat(world.provider.creates()).hasSize(1);
  }

  @Test
  void shouldGiveARepeatTheAnswerAfterARestart() {
    Starting first = world.start(request);
    world.created();
    world.restart();

    assertThat(get(world.start(request).answer())).isEqualTo(get(first.answer()));
  }

  @Test
  void shouldNotGiveARepeatTheAnswerOfACallThatCameTooLate() {
    world.start(request).pending().abandon(ErrorCode.START_CANCELLED);
    world.settle();
    world.created();

    assertThat(refusal(world.start(request).answer())).isEqualTo(ErrorCode.START_CANCELLED);
  }

  @Test
  void shouldRefuseAnotherStartWithTheSameRequestId() {
    world.start(request);
    StartRequest other = request.toBuilder().putMetadata("k", "v").build();
    assertThat(refusal(world.start(other).answer())).isEqualTo(ErrorCode.REQUEST_ID_REUSED);
  }

  @Test
  void shouldKeepPrincipalsWithTheSameRequestIdApart() {
    world.start(ALICE, request);
    world.start(BOB, request);
    assertThat(world.provider.creates()).hasSize(2);
  }

  @Test
  void shouldGiveARepeatTheWholeAnswerAfterARestart() {
    Starting first = world.start(request);
    world
        .provider
        .nextCreate()
        .succeed(
            new CreatedCall(
                new CallId("rtc_1"),
                FakeCreate.SDP_ANSWER,
                Optional.empty(),
                Optional.of(Duration.ofMillis(321))));
    world.settle();
    assertThat(get(first.answer()).getProviderProcessing()).isEqualTo(Durations.fromMillis(321));
    world.restart();

    assertThat(get(world.start(request).answer())).isEqualTo(get(first.answer()));
  }

  @Test
  void shouldGiveARepeatTheWholeFailureAfterTheEnd() {
    Starting first = world.start(request);
    world
        .provider
        .nextCreate()
        .fail(
            new ProviderException(
                ProviderException.Kind.RATE_LIMITED,
                "provider: busy",
                Optional.of(Duration.ofMillis(2500))));
    world.settle();
    assertThat(failure(first.answer()).retryAfter()).contains(Duration.ofMillis(2500));

    assertSameFailure(first.answer());
  }

  @Test
  void shouldTellARepeatOfTheDeadlineAndNotOfWhatCameAfterIt() {
    Starting first = world.start(request);
    world.advance(Duration.ofSeconds(30));
    world.provider.nextCreate().fail(ProviderException.Kind.TIMED_OUT);
    world.settle();
    assertThat(refusal(first.answer())).isEqualTo(ErrorCode.START_DEADLINE_EXCEEDED);

    assertSameFailure(first.answer());
  }

  @Test
  void shouldNotGiveARepeatTheAnswerOfACallThatAStopCameBefore() {
    Starting first = world.start(request);
    assertThat(world.stop(ConversationIds.conversation(ALICE, requestId))).isCompleted();
    world.created();
    assertThat(refusal(first.answer())).isEqualTo(ErrorCode.START_CANCELLED);

    assertSameFailure(first.answer());
  }

  @Test
  void shouldTellEveryRepeatTheSameOfAStartThatWasInterrupted() {
    world.start(request);
    world.restart();
    Starting second = world.start(request);
    assertThat(refusal(second.answer())).isEqualTo(ErrorCode.START_CANCELLED);

    assertSameFailure(second.answer());
  }

  /** A repeat fails as the first did, from the log of an ended conversation and after a restart. */
  private void assertSameFailure(CompletableFuture<?> first) {
    SessionException expected = failure(first);
    SessionException ended = failure(world.start(request).answer());
    world.restart();
    SessionException restarted = failure(world.start(request).answer());
    for (SessionException repeated : new SessionException[] {ended, restarted}) {
      assertThat(repeated)
          .usingRecursiveComparison()
          .comparingOnlyFields("code", "metadata", "retryAfter")
          .isEqualTo(expected);
      assertThat(repeated).hasMessage(expected.getMessage());
    }
    assertThat(world.provider.creates()).hasSize(1);
  }
}
