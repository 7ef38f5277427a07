package dev.sideband.server.session;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_MERGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.ProviderCommand.CreateResponse;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCancel;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.Severity;
import dev.sideband.v1.TextInput;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseGateTest {
  private final SessionWorld world = new SessionWorld();
  private final Live live = world.live();

  @Test
  void shouldAskAtOnceWhenNoneIsActive() {
    String id = wants("now");
    assertThat(asked()).containsExactly("now");
    begins();
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldWaitItsTurnWhileOneIsActive() {
    begins();
    wants("later");
    assertThat(asked()).isEmpty();
    completes();
    assertThat(asked()).containsExactly("later");
  }

  @Test
  void shouldWaitWhileOneIsAskedFor() {
    wants("first");
    wants("second");
    assertThat(asked()).containsExactly("first");
    begins();
    completes();
    assertThat(asked()).containsExactly("first", "second");
  }

  @Test
  void shouldCollapseWishesThatWaitIntoTheLatest() {
    begins();
    String first = wants("first");
    String second = wants("second");
    completes();
    assertThat(asked()).containsExactly("second");
    var merged = live.only(INPUT_MERGED).getInputMerged();
    assertThat(merged.getInputId()).isEqualTo(first);
    assertThat(merged.getIntoInputId()).isEqualTo(second);
  }

  @Test
  void shouldNotCountAsAFailureThatTheProviderBeganOneFirst() {
    String id = wants("mine");
    refuses(ErrorCode.RESPONSE_ACTIVE, id);
    assertThat(live.story()).doesNotContain(INPUT_REJECTED);
    completes();
    assertThat(asked()).containsExactly("mine", "mine");
    begins();
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
  }

  @Test
  void shouldNotLoseAWishWhenAnotherResponseWasTakenForIt() {
    String id = wants("mine");
    begins(); // The provider's own, which it began just before our create came.
    refuses(ErrorCode.RESPONSE_ACTIVE, id);
    completes();
    assertThat(asked()).containsExactly("mine", "mine");
  }

  @Test
  void shouldAskForTheNextWhenOneIsRefusedOutright() {
    String refused = wants("bad");
    wants("good");
    refuses(ErrorCode.PROVIDER_ERROR, refused);
    assertThat(asked()).containsExactly("bad", "good");
    assertThat(live.only(INPUT_REJECTED).getInputRejected().getInputId()).isEqualTo(refused);
  }

  @Test
  void shouldAskAfterATextThatWantsAnAnswer() {
    live.sends(
        Input.newBuilder()
            .setText(TextInput.newBuilder().setText("hello").setRespond(true))
            .build());
    assertThat(asked()).hasSize(1);
  }

  @Test
  void shouldNotAskAfterAPlainText() {
    live.sends(SessionWorld.text("hello"));
    assertThat(asked()).isEmpty();
  }

  @Test
  void shouldAcknowledgeACancelWhenTheResponseIsDone() {
    begins();
    String id =
        live.sends(
                Input.newBuilder().setResponseCancel(ResponseCancel.getDefaultInstance()).build())
            .getInputId();
    completes();
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(id);
  }

  private String wants(String instructions) {
    return live.sends(
            Input.newBuilder()
                .setResponseCreate(ResponseCreate.newBuilder().setInstructions(instructions))
                .build())
        .getInputId();
  }

  private void begins() {
    live.hears(
        "response.created",
        RealtimeEvent.newBuilder()
            .setResponseStarted(ResponseStarted.newBuilder().setResponseId("resp_1")));
  }

  private void completes() {
    live.hears(
        "response.done",
        RealtimeEvent.newBuilder()
            .setResponseCompleted(ResponseCompleted.newBuilder().setResponseId("resp_1")));
  }

  private void refuses(ErrorCode code, String inputId) {
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder().setSeverity(Severity.RECOVERABLE).setCode(code).build(),
            inputId,
            "");
    world.settle();
  }

  private List<String> asked() {
    return live.sideband().commands().stream()
        .filter(CreateResponse.class::isInstance)
        .map(command -> ((CreateResponse) command).options().getInstructions())
        .toList();
  }
}
