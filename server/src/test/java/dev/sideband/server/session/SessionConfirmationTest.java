package dev.sideband.server.session;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_REJECTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CHANGED_BY_CLIENT;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose session update an answer of the provider answers. */
class SessionConfirmationTest {
  private final SessionWorld world = new SessionWorld();

  @Test
  void shouldAcknowledgeEachUpdateByItsOwnAnswerWhenOursWasRefused() {
    Live live = world.joined();
    String first = live.sends(update("one")).getInputId();
    String second = live.sends(update("two")).getInputId();

    refuse(live, ours(live));
    updated(live, "one");
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(first);
    updated(live, "two");

    assertThat(world.events(live.id()))
        .filteredOn(RealtimeEvent::hasInputAcknowledged)
        .extracting(
            event -> event.getInputAcknowledged().getInputId(),
            event -> event.getInputAcknowledged().getSession().getInstructions())
        .containsExactly(tuple(first, "one"), tuple(second, "two"));
    assertThat(live.story()).doesNotContain(SESSION_CONFIGURED, SESSION_CHANGED_BY_CLIENT);
  }

  @Test
  void shouldTakeTheFirstAnswerForOursWhenItWasNotRefused() {
    Live live = world.joined();
    String input = live.sends(update("one")).getInputId();
    updated(live, "ours");
    assertThat(live.only(SESSION_CONFIGURED).getSessionConfigured().getSession().getInstructions())
        .isEqualTo("ours");
    assertThat(live.story()).doesNotContain(INPUT_ACKNOWLEDGED);
    updated(live, "one");
    assertThat(live.only(INPUT_ACKNOWLEDGED).getInputAcknowledged().getInputId()).isEqualTo(input);
  }

  @Test
  void shouldStillWaitForOursWhenAnInputsUpdateWasRefused() {
    Live live = world.joined();
    String input = live.sends(update("one")).getInputId();
    refuse(live, input);
    updated(live, "ours");
    assertThat(live.only(INPUT_REJECTED).getInputRejected().getInputId()).isEqualTo(input);
    assertThat(live.story()).contains(SESSION_CONFIGURED);
  }

  @Test
  void shouldSayOnceThatOursWasRefused() {
    Live live = world.joined();
    refuse(live, ours(live));
    world.advance(Duration.ofSeconds(10));
    assertThat(live.only(ERROR_OCCURRED).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.PROVIDER_ERROR);
  }

  private static String ours(Live live) {
    return ((ProviderCommand.UpdateSession) live.sideband().commands().get(0)).eventId();
  }

  private void refuse(Live live, String eventId) {
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder()
                .setSeverity(Severity.RECOVERABLE)
                .setCode(ErrorCode.PROVIDER_ERROR)
                .build(),
            eventId,
            "");
    world.settle();
  }

  private static void updated(Live live, String instructions) {
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder()
            .setSessionConfigured(
                SessionConfigured.newBuilder()
                    .setSession(EffectiveSession.newBuilder().setInstructions(instructions))));
  }

  private static Input update(String instructions) {
    return Input.newBuilder()
        .setSessionUpdate(
            SessionUpdate.newBuilder()
                .setSession(SessionOptions.newBuilder().setInstructions(instructions)))
        .build();
  }
}
