package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.CALL_CREATED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_ENDING;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.CONVERSATION_STARTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.START_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.sideband.server.provider.loopback.LoopbackFaults.Location;
import dev.sideband.server.provider.loopback.TestCaller;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts that get no answer, and what they leave behind: nothing. */
class RefusedStartTest {
  private final OneServer server;

  RefusedStartTest(@TempDir Path folder) {
    server = new OneServer(folder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Its start was refused, so nobody was told its id. */
  private static String onlyConversation(Caller caller) {
    assertThat(caller.list()).hasSize(1);
    return caller.list().get(0).getConversationId();
  }

  private static void requireFailed(Caller caller, ErrorCode code, HangUp hangUp) {
    List<RealtimeEvent> story = caller.storyToTheEnd(onlyConversation(caller));
    assertThat(Stories.kinds(story))
        .containsExactly(
            CONVERSATION_STARTED, START_FAILED, CONVERSATION_ENDING, CONVERSATION_ENDED);
    assertThat(Stories.requireEnded(story, EndReason.START_FAILED)).isEqualTo(hangUp);
    assertThat(story.get(1).getStartFailed().getCode()).isEqualTo(code);
  }

  @Test
  void shouldRefuseABudgetWhenNoPriceIsKnown() {
    Caller caller = server.open();
    Refusal refusal =
        caller.refusedStart(Requests.webRtc().setLimits(Limits.newBuilder().setBudgetMicroUsd(1)));

    assertThat(refusal.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(caller.list()).isEmpty();
    assertThat(server.report().calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, FAILED_PRECONDITION, PROVIDER_AUTH",
    "403, FAILED_PRECONDITION, PROVIDER_AUTH",
    "404, FAILED_PRECONDITION, PROVIDER_NOT_FOUND",
    "400, INVALID_ARGUMENT, PROVIDER_REFUSED",
    "429, RESOURCE_EXHAUSTED, PROVIDER_RATE_LIMITED",
    "500, UNAVAILABLE, PROVIDER_FAILED",
    "503, UNAVAILABLE, PROVIDER_FAILED"
  })
  void shouldSayWhyWhenTheProviderRefuses(int status, Status.Code refused, ErrorCode code) {
    Caller caller = server.open();
    server.loopback().faults().refuseCreates(1, status, "no_such_luck");

    Refusal refusal = caller.refusedStart(Requests.webRtc());

    // The loopback says so with these two.
    boolean told = status == 429 || status == 503;
    assertThat(refusal)
        .isEqualTo(
            new Refusal(
                refused, code, told ? Optional.of(Duration.ofSeconds(1)) : Optional.empty()));
    requireFailed(caller, code, HangUp.NO_CALL);
    assertThat(server.report().created()).isZero();
    assertThat(server.report().live()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Location.class)
  void shouldSayThatACallMayExistWhenItIsNotNamed(Location fault) {
    Caller caller = server.open();
    server.loopback().faults().breakLocations(1, fault);

    Refusal refusal = caller.refusedStart(Requests.webRtc());

    assertThat(refusal.status()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_ANSWER_INVALID);
    requireFailed(caller, ErrorCode.PROVIDER_ANSWER_INVALID, HangUp.CALL_UNKNOWN);
  }

  /** Nobody can hang it up; but nobody got its answer, so no media comes. */
  @Test
  void shouldLeaveNoCallWhenItIsNotNamedAndNoMediaComes() {
    Caller caller = server.open("loopback.media=webrtc", "loopback.no-media-timeout=300ms");
    server.loopback().faults().breakLocations(1, Location.MISSING);
    try (TestCaller phone = new TestCaller()) {
      caller.refusedStart(Requests.offering(phone.offer()));

      await().until(() -> server.report().live() == 0);
      assertThat(server.report().created()).isEqualTo(1);
      assertThat(server.report().peers()).isZero();
    }
  }

  @Test
  @ExpectWarning("OpenAI: does not answer")
  void shouldSayUnreachableWhenNobodyListens() throws IOException {
    int deaf;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      deaf = taken.getLocalPort();
    }
    Caller caller =
        server.open("provider=openai", "openai.base-url=http://127.0.0.1:" + deaf + "/v1");

    Refusal refusal = caller.refusedStart(Requests.webRtc());

    assertThat(refusal.status()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_UNREACHABLE);
    requireFailed(caller, ErrorCode.PROVIDER_UNREACHABLE, HangUp.NO_CALL);
  }

  @Test
  void shouldHangUpALateCallWhenTheCallerHasGone() {
    Caller caller = server.open();
    server.loopback().faults().delayCreates(1, Duration.ofSeconds(1));
    ListenableFuture<StartResponse> start =
        ConversationGrpc.newFutureStub(caller.channel()).start(Requests.webRtc().build());
    await().until(() -> !caller.list().isEmpty());

    start.cancel(true);

    requireHungUpLate(caller, EndReason.START_WAS_CANCELLED);
  }

  @Test
  void shouldHangUpALateCallWhenTheCallersDeadlineHasPassed() {
    Caller caller = server.open();
    caller.voices(); // The connection is there: the deadline is for the start alone.
    server.loopback().faults().delayCreates(1, Duration.ofMillis(2_500));

    StatusRuntimeException late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                caller
                    .call()
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .start(Requests.webRtc().build()));

    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    requireHungUpLate(caller, EndReason.START_DEADLINE);
  }

  @Test
  void shouldHangUpALateCallWhenTheServersDeadlineHasPassed() {
    Caller caller = server.open("session.start-timeout=500ms");
    server.loopback().faults().delayCreates(1, Duration.ofSeconds(2));

    Refusal refusal = caller.refusedStart(Requests.webRtc());

    assertThat(refusal.status()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(refusal.code()).isEqualTo(ErrorCode.START_DEADLINE_EXCEEDED);
    requireHungUpLate(caller, EndReason.START_DEADLINE);
  }

  private void requireHungUpLate(Caller caller, EndReason reason) {
    List<RealtimeEvent> story = caller.storyToTheEnd(onlyConversation(caller));
    assertThat(Stories.kinds(story))
        .containsExactly(
            CONVERSATION_STARTED, CONVERSATION_ENDING, CALL_CREATED, CONVERSATION_ENDED);
    assertThat(Stories.requireEnded(story, reason)).isEqualTo(HangUp.HUNG_UP);
    assertThat(server.report().created()).isEqualTo(1);
    assertThat(server.report().hungUp()).isEqualTo(1);
    assertThat(server.report().live()).isZero();
  }
}
