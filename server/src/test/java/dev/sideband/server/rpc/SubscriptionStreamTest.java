package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.FOREIGN;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static dev.sideband.server.rpc.Serving.TALK;
import static dev.sideband.server.rpc.Serving.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Notice;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscribe, over a real connection: events, notices, and readers that do not read. */
class SubscriptionStreamTest {
  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  private static SubscribeRequest.Builder to(Object conversation) {
    return SubscribeRequest.newBuilder().setConversationId(conversation.toString());
  }

  private Recorder<SubscribeRequest> subscribe(SubscribeRequest.Builder request) {
    return subscribe(request, Recorder.reading());
  }

  private Recorder<SubscribeRequest> subscribe(
      SubscribeRequest.Builder request, Recorder<SubscribeRequest> recorder) {
    serving.async().subscribe(request.build(), recorder);
    return recorder;
  }

  private static List<Long> run(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void shouldEndOkWhenCaughtUpAndNotFollowing() {
    serving.happens(1_000);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK).setAfterSequence(10));
    recorder.ended();
    assertThat(recorder.sequences()).isEqualTo(run(11, 1_000));
    assertThat(recorder.notices())
        .singleElement()
        .extracting(n -> n.getCaughtUp().getSequence())
        .isEqualTo(1_000L);
    assertThat(recorder.messages())
        .allMatch(m -> m.getSerializedSize() <= 64 * 1024 && m.getCursor().isEmpty());
  }

  @Test
  void shouldFollowToTheEndAndEndOk() {
    serving.happens(3);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK).setFollow(true)).live();
    serving.happens(3);
    serving.ends();
    recorder.ended();
    assertThat(recorder.sequences()).isEqualTo(run(1, 7));
    await().until(() -> serving.ring.subscriptions() == 0);
  }

  @Test
  void shouldTellTheGapBeforeTheOldestEvent() {
    serving.happens(9);
    serving.log.forgetUpTo(TALK, 5);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK));
    recorder.ended();
    assertThat(recorder.messages().get(0).getNotice().getGap().getOldestAvailable()).isEqualTo(6);
    assertThat(recorder.sequences()).isEqualTo(run(6, 9));
  }

  @Test
  void shouldRefuseWhatCannotBeFollowed() {
    serving.happens(3);
    serving.log.commit(FOREIGN, "somebody", 10);
    assertThat(subscribe(to(TALK).setAfterSequence(4)).refused())
        .extracting("code", "status")
        .containsExactly(ErrorCode.SEQUENCE_OUT_OF_RANGE, Status.Code.OUT_OF_RANGE);
    assertThat(subscribe(to(FOREIGN)).refused())
        .isEqualTo(subscribe(to(UNKNOWN)).refused())
        .extracting("code", "status")
        .containsExactly(ErrorCode.CONVERSATION_NOT_FOUND, Status.Code.NOT_FOUND);
    assertThat(subscribe(to("nonsense")).refused().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(subscribe(to(TALK).setCursor(ByteString.copyFromUtf8("x"))).refused().code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(
            subscribe(SubscribeRequest.newBuilder().setCursor(ByteString.copyFromUtf8("x")))
                .refused()
                .code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(subscribe(SubscribeRequest.newBuilder().setAfterSequence(1)).refused().code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    serving.log.failReads();
    assertThat(subscribe(to(TALK)).refused())
        .extracting("code", "status")
        .containsExactly(ErrorCode.LOG_UNAVAILABLE, Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldResumeAllByTheCursorOfTheLastMessage() {
    Recorder<SubscribeRequest> first =
        subscribe(SubscribeRequest.newBuilder().setFollow(true)).live();
    serving.happens(5);
    first.awaits(r -> r.sequences().size() == 5);
    List<dev.sideband.v1.RealtimeEvents> messages = first.messages();
    ByteString cursor = messages.get(messages.size() - 1).getCursor();
    serving.log.commit(FOREIGN, "somebody", 10);
    serving.happens(2);
    Recorder<SubscribeRequest> second =
        subscribe(SubscribeRequest.newBuilder().setCursor(cursor).setFollow(true)).live();
    assertThat(second.sequences()).isEqualTo(run(6, 7));
  }

  @Test
  void shouldSendAHeartbeatWhenNothingHappens() {
    serving.happens(4);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK).setFollow(true)).live();
    assertThat(recorder.notices()).hasSize(1);
    serving.nanos.addAndGet(Duration.ofSeconds(15).toNanos());
    recorder.awaits(r -> r.notices().stream().anyMatch(Notice::hasHeartbeat));
    assertThat(recorder.notices().get(1).getHeartbeat().getSequence()).isEqualTo(4);
    assertThat(recorder.notices()).hasSize(2);
  }

  @Test
  void shouldHoldLittleForAReaderThatStallsAndDelayNobody() {
    serving.happens(1);
    Recorder<SubscribeRequest> stalled = subscribe(to(TALK).setFollow(true), Recorder.stalled());
    Recorder<SubscribeRequest> lively = subscribe(to(TALK).setFollow(true)).live();
    long before = PlatformDependent.usedDirectMemory();
    for (int i = 0; i < 2_000; i++) {
      serving.log.commit(TALK, "local", 20_000);
    }
    lively.awaits(r -> r.sequences().size() == 2_001);
    // 40 MB went by; a server that goes on sending holds them for the reader that stalls.
    assertThat(before).isNotNegative();
    assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(20_000_000);
    serving.ends();
    lively.ended();
    stalled.call().request(Integer.MAX_VALUE);
    stalled.ended();
    assertThat(stalled.sequences()).isEqualTo(run(1, 2_002));
    assertThat(stalled.messages()).allMatch(m -> m.getSerializedSize() <= 64 * 1024);
  }

  @Test
  void shouldForgetACallerThatHasGone() {
    serving.happens(1);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK).setFollow(true)).live();
    assertThat(serving.ring.subscriptions()).isEqualTo(1);
    recorder.call().cancel("enough", null);
    await().until(() -> serving.ring.subscriptions() == 0);
  }

  @Test
  void shouldSayWhereToResumeWhenGoingAway() {
    serving.happens(6);
    Recorder<SubscribeRequest> recorder = subscribe(to(TALK).setFollow(true)).live();
    serving.server.goAway();
    assertThat(recorder.refused().code()).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(recorder.notices().get(1).getGoingAway().getResumeAfter()).isEqualTo(6);
    Recorder<SubscribeRequest> late = subscribe(to(TALK).setAfterSequence(4).setFollow(true));
    assertThat(late.refused().code()).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(late.notices())
        .as("what was ready came first")
        .last()
        .satisfies(notice -> assertThat(notice.getGoingAway().getResumeAfter()).isEqualTo(6));
  }
}
