package dev.sideband.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.cli.talk.Moment.Look;
import dev.sideband.cli.talk.Moment.Speaker;
import dev.sideband.v1.InputSpeechStarted;
import dev.sideband.v1.InputSpeechStopped;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import org.junit.jupiter.api.Test;

final class MomentTest {
  private final Moment moment = new Moment();

  private Look after(RealtimeEvent.Builder event) {
    moment.accept(event.build());
    return moment.look();
  }

  private static RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder();
  }

  private static RealtimeEvent.Builder delta(Role role, String text) {
    return event().setTranscriptDelta(TranscriptDelta.newBuilder().setRole(role).setDelta(text));
  }

  @Test
  void shouldConnectUntilTheSessionIsConfigured() {
    assertThat(moment.look()).isEqualTo(new Look(Speaker.CONNECTING, "", ""));
    assertThat(after(event().setSidebandJoined(SidebandJoined.getDefaultInstance())))
        .isEqualTo(new Look(Speaker.CONNECTING, "", "joined"));
    assertThat(after(event().setSessionConfigured(SessionConfigured.getDefaultInstance())))
        .isEqualTo(new Look(Speaker.NOBODY, "", "joined"));
    assertThat(after(event().setSidebandLost(SidebandLost.getDefaultInstance())).sideband())
        .isEqualTo("lost");
  }

  @Test
  void shouldTellWhoSpeaksAndTheGrowingText() {
    after(event().setSessionConfigured(SessionConfigured.getDefaultInstance()));
    assertThat(after(event().setInputSpeechStarted(InputSpeechStarted.getDefaultInstance())))
        .isEqualTo(new Look(Speaker.USER, "", ""));
    after(event().setInputSpeechStopped(InputSpeechStopped.getDefaultInstance()));
    assertThat(after(delta(Role.USER, "is it ")).speaker()).isEqualTo(Speaker.USER);
    assertThat(after(delta(Role.USER, "green?")).text()).isEqualTo("is it green?");
    assertThat(after(event().setResponseStarted(ResponseStarted.getDefaultInstance())))
        .isEqualTo(new Look(Speaker.ASSISTANT, "", ""));
    assertThat(after(delta(Role.ASSISTANT, "It \u001b[2J")).text()).isEqualTo("It  [2J");
  }

  @Test
  void shouldForgetWhatIsFinished() {
    after(event().setSessionConfigured(SessionConfigured.getDefaultInstance()));
    after(event().setResponseStarted(ResponseStarted.getDefaultInstance()));
    after(delta(Role.ASSISTANT, "All"));
    after(event().setTranscriptCompleted(TranscriptCompleted.newBuilder().setRole(Role.ASSISTANT)));
    assertThat(after(event().setResponseCompleted(ResponseCompleted.getDefaultInstance())))
        .isEqualTo(new Look(Speaker.NOBODY, "", ""));
  }

  @Test
  void shouldKeepTheEndOfAVeryLongText() {
    after(delta(Role.ASSISTANT, "x".repeat(5_000) + "end"));
    assertThat(moment.look().text()).hasSize(2_000).endsWith("xend");
  }
}
