package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_COMPLETED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_OUTPUT_ADDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACCEPTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_DISCARDED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.RESPONSE_COMPLETED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.InputReceipt;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.Role;
import dev.sideband.v1.StartRequest;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers put in, and what comes of it. */
class InputsTest {
  private final OneServer server;

  InputsTest(@TempDir Path folder) {
    server = new OneServer(folder);
  }

  /** How a caller's voice would come. */
  enum Way {
    WEB_RTC {
      @Override
      StartRequest.Builder request() {
        return Requests.webRtc();
      }
    },
    WEB_SOCKET {
      @Override
      StartRequest.Builder request() {
        return Requests.webSocket();
      }
    };

    abstract StartRequest.Builder request();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static boolean isSaid(RealtimeEvent event, String text) {
    return event.getTranscriptCompleted().getRole() == Role.ASSISTANT
        && event.getTranscriptCompleted().getText().equals(text);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldAnswerTextWhenAsked(Way way) {
    Caller caller = server.open();
    String id = caller.start(way.request()).getConversationId();
    Caller.Talk talk = caller.talk(id);

    talk.say(Requests.asking("good morning"));

    talk.listening().await(event -> isSaid(event, "You said: good morning"));
    RealtimeEvent done = talk.listening().await(RESPONSE_COMPLETED);
    assertThat(done.getResponseCompleted().getStatus())
        .isEqualTo(ResponseCompleted.Status.COMPLETED);
    assertThat(caller.get(id).getTranscriptList())
        .anyMatch(line -> line.getText().equals("You said: good morning"));
    caller.stop(id);
    Stories.requireEnded(
        talk.listening().awaitEnd().stream().filter(e -> e.getSequence() > 0).toList(),
        EndReason.REQUESTED);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldGoRoundWhenTheModelAsksTheAgent(Way way) {
    Caller caller = server.open();
    String id = caller.start(way.request().setSession(Requests.withAgent())).getConversationId();
    Listening<?> following = caller.follow(id);

    caller.send(id, Requests.asking("please ask the agent for the news"));
    RealtimeEvent asked = following.await(HANDOFF_REQUESTED);
    assertThat(asked.getHandoffRequested().getInput())
        .isEqualTo("please ask the agent for the news");
    assertThat(caller.get(id).getOpenHandoffsList()).hasSize(1);
    String handoff = asked.getHandoffRequested().getHandoffId();
    caller.send(id, Requests.finalAnswer(handoff, "no news"));

    following.await(event -> isSaid(event, "The agent says: no news"));
    assertThat(following.await(HANDOFF_OUTPUT_ADDED).getSequence())
        .isLessThan(following.await(HANDOFF_COMPLETED).getSequence());
    assertThat(caller.get(id).getOpenHandoffsList()).isEmpty();
    Refusal second = Caller.refused(() -> caller.send(id, Requests.finalAnswer(handoff, "again")));
    assertThat(second.code()).isEqualTo(ErrorCode.HANDOFF_CLOSED);
  }

  @Test
  void shouldGoOnWhenAToolAnswers() {
    Caller caller = server.open();
    String id = caller.start().getConversationId();
    Listening<?> following = caller.follow(id);

    caller.send(id, Requests.asking("!tool clock {\"zone\":\"UTC\"}"));
    RealtimeEvent call = following.await(TOOL_CALL_REQUESTED);
    assertThat(call.getToolCallRequested().getName()).isEqualTo("clock");
    caller.send(
        id, Requests.toolOutput(call.getToolCallRequested().getToolCallId(), "half past two"));

    following.await(event -> isSaid(event, "The agent says: half past two"));
  }

  @Test
  void shouldRefuseByReceiptWhenTooManyInputsWait() {
    Caller caller = server.open("loopback.join-delay=30s", "session.max-pending-inputs=3");
    String id = caller.start().getConversationId();
    Caller.Talk talk = caller.talk(id);
    for (int i = 0; i < 5; i++) {
      talk.say(Requests.text("number " + i));
    }

    List<InputReceipt> receipts = talk.listening().awaitReceipts(5);

    assertThat(receipts.subList(0, 3)).allMatch(receipt -> receipt.getAccepted() > 0);
    assertThat(receipts.subList(3, 5))
        .extracting(receipt -> Refusal.of(receipt.getRefused()))
        .allSatisfy(
            refusal -> {
              assertThat(refusal.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(refusal.code()).isEqualTo(ErrorCode.INBOX_FULL);
            });
    assertThat(talk.listening().isOver()).isFalse();
    assertThat(caller.get(id).getPendingInputs()).isEqualTo(3);

    // A full inbox holds nobody up who wants to stop, and the stream tells the end.
    assertThat(caller.stop(id).getReason()).isEqualTo(EndReason.REQUESTED);
    List<RealtimeEvent> story = talk.listening().awaitEnd();
    Stories.requireEnded(story, EndReason.REQUESTED);
    assertThat(Stories.kinds(story).stream().filter(kind -> kind == INPUT_ACCEPTED)).hasSize(3);
    assertThat(Stories.kinds(story).stream().filter(kind -> kind == INPUT_DISCARDED)).hasSize(3);
  }
}
