package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_SPEECH_STARTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.provider.loopback.TestCaller;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.StartResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One whole call with sound, from the offer to the hang-up. */
class RealCallTest {
  private final Path folder;

  RealCallTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static boolean isSaidBy(RealtimeEvent event, Role role, String pattern) {
    return event.hasTranscriptCompleted()
        && event.getTranscriptCompleted().getRole() == role
        && event.getTranscriptCompleted().getText().matches(pattern);
  }

  @Test
  @Timeout(60)
  void shouldHearTranscribeHandOffAndAnswerWhenSpokenTo() {
    try (RunningServer server = RunningServer.open(folder, "loopback.media=webrtc");
        TestCaller phone = new TestCaller()) {
      Caller caller = server.caller();
      StartResponse started =
          caller.start(Requests.offering(phone.offer()).setSession(Requests.withAgent()));
      String id = started.getConversationId();
      Listening<?> following = caller.follow(id);
      phone.connect(started.getSdpAnswer());
      following.await(SESSION_CONFIGURED);

      phone.speak(1_000);

      following.await(INPUT_SPEECH_STARTED);
      following.await(event -> isSaidBy(event, Role.USER, "speech, .* s, peak .* dBFS"));
      RealtimeEvent asked = following.await(HANDOFF_REQUESTED);
      assertThat(asked.getHandoffRequested().getInput()).startsWith("speech, ");
      caller.send(
          id, Requests.finalAnswer(asked.getHandoffRequested().getHandoffId(), "all green"));
      following.await(event -> isSaidBy(event, Role.ASSISTANT, "The agent says: .*all green.*"));
      await().atMost(Duration.ofSeconds(20)).until(() -> phone.loudFramesHeard() > 20);
      assertThat(server.report().calls().get(0).mediaConnected()).isTrue();

      caller.stop(id);

      assertThat(Stories.requireEnded(following.awaitEnd(), EndReason.REQUESTED))
          .isEqualTo(HangUp.HUNG_UP);
      assertThat(server.report().live()).isZero();
      assertThat(server.report().peers()).isZero();
    }
  }
}
