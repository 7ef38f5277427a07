package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.refusal;
import static dev.sideband.server.session.SessionWorld.text;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.AudioOut;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionMetricsTest {
  private static final String LIVE = "sideband.conversations.live";
  private static final String SIDEBANDS = "sideband.sidebands";
  private static final String INPUTS = "sideband.inputs";

  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);

  private long count(String name, String... attributes) {
    return telescope.count(name, attributes);
  }

  @Test
  void shouldCountAConversationInOnePhaseAtATime() {
    world.start(webRtc());
    assertThat(count(LIVE, "sideband.phase=starting")).isEqualTo(1);
    assertThat(count(SIDEBANDS, "sideband.state=absent")).isEqualTo(1);
    world.created();
    assertThat(count(LIVE, "sideband.phase=starting")).isZero();
    assertThat(count(LIVE, "sideband.phase=calling")).isEqualTo(1);
    assertThat(count(SIDEBANDS, "sideband.state=joining")).isEqualTo(1);
    assertThat(world.provider.nextSideband().isClosed()).isFalse();
    Live live = world.live();
    assertThat(count(LIVE, "sideband.phase=live")).isEqualTo(1);
    assertThat(count(SIDEBANDS, "sideband.state=joined")).isEqualTo(1);

    assertThat(world.stop(live.id())).isCompleted();

    assertThat(count(LIVE, "sideband.phase=live")).isZero();
    assertThat(count(LIVE, "sideband.phase=ending")).isZero();
    assertThat(count(SIDEBANDS, "sideband.state=joined")).isZero();
    assertThat(count(LIVE)).as("the other one").isEqualTo(1);
    assertThat(count("sideband.conversations.ended", "sideband.reason=requested")).isEqualTo(1);
    assertThat(count("sideband.hang_ups", "sideband.outcome=hung_up")).isEqualTo(1);
  }

  @Test
  void shouldCountNothingOfWhatAnExitLeaves() {
    world.live();
    world.calling();
    world.exit();
    assertThat(count(LIVE)).isZero();
    assertThat(count(SIDEBANDS)).isZero();
  }

  @Test
  @ExpectWarning("could not be appended to")
  void shouldCountARebuiltConversationOnce() {
    Live live = world.live();
    world.log.refuseNext(1);
    assertThat(refusal(world.send(live.id(), text("hello")))).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    assertThat(count(INPUTS)).as("nothing that is not true").isZero();
    assertThat(count(LIVE)).isZero();
    world.advance(Duration.ofSeconds(1));
    assertThat(count(LIVE, "sideband.phase=live")).isEqualTo(1);
  }

  @Test
  void shouldCountWhatCameOfALoss() {
    Live live = world.live();
    live.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(1));
    assertThat(count(SIDEBANDS, "sideband.state=lost")).isEqualTo(1);
    Live again = live.rejoined();
    again.sideband().lose(Cause.UNRESPONSIVE, 0);
    world.settle();
    assertThat(world.stop(live.id())).isCompleted();

    assertThat(count("sideband.sideband.lost", "sideband.cause=reset")).isEqualTo(1);
    assertThat(count("sideband.sideband.lost", "sideband.cause=unresponsive")).isEqualTo(1);
    assertThat(
            count("sideband.sideband.rejoins", "sideband.cause=reset", "sideband.outcome=rejoined"))
        .isEqualTo(1);
    assertThat(
            count(
                "sideband.sideband.rejoins",
                "sideband.cause=unresponsive",
                "sideband.outcome=ended"))
        .isEqualTo(1);
  }

  @Test
  void shouldCountWhatCameOfALossThatAnEarlierProcessMet() {
    Live live = world.live();
    live.sideband().lose(Cause.UNRESPONSIVE, 0);
    world.settle();
    world.provider.nextSideband().close();
    world.restart();
    live.rejoined();
    assertThat(
            count(
                "sideband.sideband.rejoins",
                "sideband.cause=unresponsive",
                "sideband.outcome=rejoined"))
        .isEqualTo(1);
    assertThat(count("sideband.sideband.rejoins")).isEqualTo(1);
  }

  @Test
  void shouldKnowTheCauseOfALossFromACheckpoint() {
    Live live = world.live();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    StoredConversation replayed = StoredConversation.read(world.log, live.id()).orElseThrow();
    StoredConversation restored =
        StoredConversation.restored(Checkpoints.of(replayed.state(), replayed.secrets()));
    assertThat(restored.state().sideband().loss())
        .hasValueSatisfying(
            loss -> assertThat(loss.getCause()).isEqualTo(SidebandLost.Cause.RESET));
  }

  @Test
  void shouldCountInputsByKindAndFate() {
    Live live = world.live();
    String text = live.sends(text("hello")).getInputId();
    live.hears("conversation.item.added", Fates.added(text));
    live.sends(Fates.rawJson());
    live.sends(SessionWorld.milestone("ice_connected"));

    for (String fate : List.of("accepted", "sent", "acknowledged")) {
      assertThat(count(INPUTS, "sideband.input.kind=text", "sideband.input.fate=" + fate))
          .as(fate)
          .isEqualTo(1);
    }
    assertThat(count(INPUTS, "sideband.input.kind=raw_json", "sideband.input.fate=sent"))
        .isEqualTo(1);
    assertThat(count(INPUTS, "sideband.input.kind=client_milestone")).isEqualTo(1);
  }

  @Test
  void shouldCountWhatWasRefusedDiscardedOrIsInDoubt() {
    Live live = world.live();
    live.sends(text("sent"));
    for (int i = 1; i < SessionWorld.MAX_PENDING; i++) {
      live.sends(text("sent"));
    }
    assertThat(refusal(world.send(live.id(), text("too many")))).isEqualTo(ErrorCode.INBOX_FULL);
    assertThat(count(INPUTS, "sideband.input.fate=refused")).isEqualTo(1);

    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    assertThat(count(INPUTS, "sideband.input.kind=text", "sideband.input.fate=in_doubt"))
        .isEqualTo(SessionWorld.MAX_PENDING);
  }

  @Test
  void shouldCountErrorsByKind() {
    Live live = world.live();
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder()
                .setSeverity(Severity.RECOVERABLE)
                .setCode(ErrorCode.PROVIDER_RATE_LIMITED)
                .setMessage("slow down")
                .build(),
            "",
            "");
    world.settle();
    assertThat(
            count(
                "sideband.provider.errors",
                "error.type=PROVIDER_RATE_LIMITED",
                "sideband.error.severity=recoverable"))
        .isEqualTo(1);
  }

  @Test
  void shouldCountWhatWasUsed() {
    Live live = world.live();
    live.hears(
        "response.done",
        RealtimeEvent.newBuilder()
            .setUsageRecorded(
                UsageRecorded.newBuilder()
                    .setResponseId("resp_1")
                    .setUsage(
                        Usage.newBuilder()
                            .setInputTokens(30)
                            .setInputAudioTokens(20)
                            .setInputTextTokens(10)
                            .setCachedTokens(5)
                            .setOutputTokens(7)
                            .setOutputAudioTokens(7))));

    String tokens = "gen_ai.client.token.usage";
    assertThat(telescope.recorded(tokens, "gen_ai.token.type=input").get(0).getSum()).isEqualTo(30);
    assertThat(
            telescope
                .recorded(
                    tokens,
                    "gen_ai.token.type=output",
                    "gen_ai.operation.name=chat",
                    "gen_ai.provider.name=fake",
                    "gen_ai.request.model=gpt-realtime")
                .get(0)
                .getSum())
        .isEqualTo(7);
    assertThat(count("sideband.usage.tokens", "gen_ai.token.type=input", "sideband.modality=audio"))
        .isEqualTo(20);
    assertThat(count("sideband.usage.cached_tokens")).isEqualTo(5);
  }

  @Test
  void shouldCountAudioThatFoundNoRoom() {
    SessionWorld.Starting starting = world.start(SessionWorld.webSocket());
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    live.sideband().open();
    world.settle();
    world.log.hold();
    int frames = 10_000;
    RealtimeEvent.Builder[] many = new RealtimeEvent.Builder[frames];
    Arrays.setAll(many, i -> audio());
    live.hears("response.output_audio.delta", many);

    int waiting = world.log.queued() - 1; // The other one is AudioDropped.
    assertThat(waiting).isBetween(1, frames - 1);
    assertThat(count("sideband.audio.dropped_frames", "sideband.audio.direction=out"))
        .isEqualTo(frames - waiting);
    world.log.release();
  }

  private static RealtimeEvent.Builder audio() {
    return RealtimeEvent.newBuilder().setAudioOut(AudioOut.getDefaultInstance());
  }

  @Test
  void shouldCountNothingAgainThatIsReplayed() {
    Live live = world.live();
    live.sends(text("hello"));
    long starts = count("sideband.starts");
    long inputs = count(INPUTS, "sideband.input.fate=accepted");
    live.sideband().close();
    world.restart();
    live.rejoined();

    assertThat(count("sideband.starts")).isEqualTo(starts);
    assertThat(count(INPUTS, "sideband.input.fate=accepted")).isEqualTo(inputs);
    assertThat(
            count(
                "sideband.sideband.rejoins",
                "sideband.cause=server_restarted",
                "sideband.outcome=rejoined"))
        .isEqualTo(1);
  }
}
