package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.FOREIGN;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static dev.sideband.server.rpc.Serving.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.ConverseRequest.Attach;
import dev.sideband.v1.ConverseRequest.SendInput;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputReceipt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Converse, over a real connection: inputs up, receipts and events down. */
class ConverseStreamTest {
  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  private Recorder<ConverseRequest> converse(ConverseRequest first) {
    Recorder<ConverseRequest> recorder = Recorder.reading();
    serving.async().converse(recorder).onNext(first);
    return recorder;
  }

  private Recorder<ConverseRequest> attached() {
    serving.happens(2);
    return converse(attach(TALK, 0)).live();
  }

  private static ConverseRequest attach(Object conversation, long after) {
    return ConverseRequest.newBuilder()
        .setAttach(
            Attach.newBuilder().setConversationId(conversation.toString()).setAfterSequence(after))
        .build();
  }

  private static String id(int number) {
    return new UUID(5, number).toString();
  }

  private static ConverseRequest input(int number, Input input) {
    return ConverseRequest.newBuilder()
        .setInput(SendInput.newBuilder().setRequestId(id(number)).setInput(input))
        .build();
  }

  private static ConverseRequest text(int number) {
    return input(number, Requests.text("text " + number));
  }

  @Test
  void shouldGiveEventsAndReceiptsOnOneStream() {
    Recorder<ConverseRequest> talk = attached();
    talk.call().onNext(text(1));
    talk.awaits(r -> r.receipts().size() == 1);
    serving.happens(1);
    serving.ends();
    talk.ended();
    assertThat(talk.sequences()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(talk.receipts().get(0).getRequestId()).isEqualTo(id(1));
    assertThat(talk.receipts().get(0).getAccepted()).isEqualTo(1);
  }

  @Test
  void shouldGiveReceiptsInTheOrderOfInputsWhateverTheOrderOfFates() {
    serving.conversations.holdInputs();
    Recorder<ConverseRequest> talk = attached();
    IntStream.range(0, 5).forEach(i -> talk.call().onNext(text(i)));
    await().until(() -> serving.conversations.sends.size() == 5);
    for (int i = 4; i >= 0; i--) {
      assertThat(talk.receipts()).isEmpty();
      serving.conversations.sends.get(i).accept(100 + i);
    }
    talk.awaits(r -> r.receipts().size() == 5);
    assertThat(talk.receipts().stream().map(InputReceipt::getAccepted))
        .containsExactly(100L, 101L, 102L, 103L, 104L);
  }

  @Test
  void shouldGoOnWhenAnInputIsRefused() {
    Recorder<ConverseRequest> talk = attached();
    talk.call().onNext(input(1, Requests.audio(3, 24_000)));
    talk.call().onNext(input(2, Input.getDefaultInstance()));
    talk.call().onNext(text(3));
    talk.awaits(r -> r.receipts().size() == 3);
    assertThat(Refusal.of(talk.receipts().get(0).getRefused()).code())
        .isEqualTo(ErrorCode.AUDIO_FORMAT_UNSUPPORTED);
    assertThat(Refusal.of(talk.receipts().get(1).getRefused()).code())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(talk.receipts().get(2).hasAccepted()).isTrue();
    assertThat(serving.conversations.sends).hasSize(1);
  }

  @Test
  void shouldRefuseAnInputAfterTheEndWithoutEndingTheStream() {
    Recorder<ConverseRequest> talk = attached();
    serving.conversations.failWith(
        new SessionException(ErrorCode.CONVERSATION_ENDED, "conversation: ended"));
    talk.call().onNext(text(1));
    talk.awaits(r -> r.receipts().size() == 1);
    assertThat(Refusal.of(talk.receipts().get(0).getRefused()).code())
        .isEqualTo(ErrorCode.CONVERSATION_ENDED);
    serving.ends();
    talk.ended();
  }

  @Test
  void shouldTakeNoMoreThanItsWindowOfInputsWhoseFateIsOpen() {
    serving.conversations.holdInputs();
    Recorder<ConverseRequest> talk = attached();
    IntStream.range(0, 3 * ReceiptQueue.WINDOW).forEach(i -> talk.call().onNext(text(i)));
    await().until(() -> serving.conversations.sends.size() == ReceiptQueue.WINDOW);
    // Each fate lets exactly one more in.
    for (int i = 0; i < 5; i++) {
      assertThat(serving.conversations.sends).hasSizeLessThanOrEqualTo(ReceiptQueue.WINDOW + i);
      serving.conversations.sends.get(i).accept(i);
      int next = ReceiptQueue.WINDOW + i + 1;
      await().until(() -> serving.conversations.sends.size() == next);
    }
    talk.awaits(r -> r.receipts().size() == 5);
  }

  @Test
  void shouldGiveEventsAfterTheClientHalfClosed() {
    Recorder<ConverseRequest> talk = attached();
    talk.call().onNext(text(1));
    talk.call().onCompleted();
    talk.awaits(r -> r.receipts().size() == 1);
    serving.happens(3);
    serving.ends();
    talk.ended();
    assertThat(talk.sequences()).hasSize(6);
  }

  @Test
  void shouldWaitForOpenFatesWhenTheConversationEnds() {
    serving.conversations.holdInputs();
    Recorder<ConverseRequest> talk = attached();
    talk.call().onNext(text(1));
    await().until(() -> serving.conversations.sends.size() == 1);
    serving.ends();
    talk.awaits(r -> r.sequences().size() == 3);
    assertThat(talk.isClosed()).isFalse();
    serving.conversations.sends.get(0).accept(9);
    talk.ended();
    assertThat(talk.receipts()).hasSize(1);
  }

  @Test
  void shouldRefuseAStreamThatDoesNotAttachFirst() {
    assertThat(converse(text(1)).refused().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    Recorder<ConverseRequest> silent = Recorder.reading();
    serving.async().converse(silent).onCompleted();
    assertThat(silent.refused().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  @Test
  void shouldRefuseToAttachTwiceOrToWhatIsNotThere() {
    Recorder<ConverseRequest> twice = attached();
    twice.call().onNext(attach(TALK, 0));
    assertThat(twice.refused().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(converse(attach(FOREIGN, 0)).refused().code())
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(converse(attach(TALK, 99)).refused().code())
        .isEqualTo(ErrorCode.SEQUENCE_OUT_OF_RANGE);
    assertThat(converse(attach("x", 0)).refused().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  @Test
  void shouldForgetACallerThatHasGone() {
    Recorder<ConverseRequest> talk = attached();
    talk.call().cancel("enough", null);
    await().until(() -> serving.ring.subscriptions() == 0);
  }

  @Test
  void shouldSayWhereToResumeWhenGoingAway() {
    Recorder<ConverseRequest> talk = attached();
    serving.server.goAway();
    assertThat(talk.refused().code()).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(talk.notices()).anyMatch(n -> n.getGoingAway().getResumeAfter() == 2);
  }
}
