package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.ALICE;
import static dev.sideband.server.session.SessionWorld.webRtc;
import static dev.sideband.server.session.Telescope.millis;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.Input;
import dev.sideband.v1.PlaybackStarted;
import dev.sideband.v1.RealtimeEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartupTraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final SpanContext CALLER =
      SpanContext.createFromRemoteParent(
          TRACE, "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());

  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);

  private SpanData span(String name) {
    return telescope.span(name);
  }

  private static Duration millisOf(long millis) {
    return Duration.ofMillis(millis);
  }

  private static RealtimeEvent.Builder playback() {
    return RealtimeEvent.newBuilder().setPlaybackStarted(PlaybackStarted.getDefaultInstance());
  }

  private static Input reported(String name, long elapsedMillis, long totalMillis) {
    return Input.newBuilder()
        .setClientMilestone(
            ClientMilestone.newBuilder()
                .setName(name)
                .setElapsed(Durations.fromMillis(elapsedMillis))
                .setTotal(Durations.fromMillis(totalMillis)))
        .build();
  }

  /** A start whose stages take 100, 20, 30 and 40 ms: create, join, confirm, respond. */
  private Live timed() {
    SessionWorld.Starting starting = world.start(webRtc());
    world.advance(millisOf(100));
    world.created();
    Live live = new Live(world, SessionWorld.idOf(starting), world.provider.nextSideband());
    world.advance(millisOf(20));
    live.sideband().open();
    world.settle();
    world.advance(millisOf(30));
    live.hears("session.updated", Fates.configured());
    world.advance(millisOf(40));
    live.hears("response.created", Fates.started("resp_1"));
    live.hears("output_audio_buffer.started", playback());
    return live;
  }

  @Test
  void shouldShowTheWholeStartupInOneTrace() {
    timed();
    SpanData start = span("conversation.start");
    for (String child :
        new String[] {
          "provider.create_call",
          "start.append",
          "start.answer",
          "sideband.join",
          "provider.first_event",
          "assistant.first_response",
          "assistant.first_audio"
        }) {
      assertThat(span(child).getTraceId()).as(child).isEqualTo(start.getTraceId());
      assertThat(span(child).getParentSpanId()).as(child).isEqualTo(start.getSpanId());
    }
    SpanData join = span("sideband.join");
    assertThat(span("sideband.join.attempt").getParentSpanId()).isEqualTo(join.getSpanId());
    assertThat(span("session.configure").getParentSpanId()).isEqualTo(join.getSpanId());
    assertThat(span("provider.create_call").getKind()).isEqualTo(SpanKind.CLIENT);
  }

  @Test
  void shouldDrawTheStagesAsLongAsTheyTook() {
    timed();
    long zero = span("conversation.start").getStartEpochNanos();
    assertThat(millis(span("conversation.start"))).isEqualTo(100);
    assertThat(millis(span("provider.create_call"))).isEqualTo(100);
    assertThat(millis(span("sideband.join"))).isEqualTo(20);
    assertThat(millis(span("session.configure"))).isEqualTo(30);
    assertThat(millis(span("provider.first_event"))).isEqualTo(30);
    assertThat(millis(span("assistant.first_response"))).isEqualTo(40);
    assertThat((span("assistant.first_audio").getEndEpochNanos() - zero) / 1_000_000)
        .isEqualTo(190);
  }

  @Test
  void shouldRecordEachStageAndWhatFollowed() {
    timed();
    // Before anything else is collected: exemplars are those since the last time.
    var create =
        telescope.recorded("sideband.start.stage.duration", "sideband.stage=create_call").get(0);
    assertThat(create.getSum()).isEqualTo(0.1);
    assertThat(create.getBoundaries()).startsWith(0.001).endsWith(10.0);
    assertThat(create.getExemplars())
        .extracting(exemplar -> exemplar.getSpanContext().getSpanId())
        .containsExactly(span("provider.create_call").getSpanId());
    for (String stage : new String[] {"create_call", "append", "answer", "join", "configure"}) {
      assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=" + stage))
          .as(stage)
          .hasSize(1);
    }
    assertThat(telescope.recorded("sideband.start.milestone.duration"))
        .extracting(point -> point.getAttributes().get(Attribute.MILESTONE))
        .containsExactlyInAnyOrder("first_event", "first_response", "first_audio");
    assertThat(telescope.count("sideband.starts", "sideband.outcome=answered")).isEqualTo(1);
    assertThat(telescope.recorded("sideband.start.duration").get(0).getSum()).isEqualTo(0.1);
  }

  @Test
  void shouldBeginWhenTheRequestCameAndBelongToTheCallersTrace() {
    Context caller = Context.root().with(Span.wrap(CALLER));
    // The world's clock begins at one second.
    world.conversations.start(ALICE, webRtc(), Arrival.in(caller, 1_000_000_000L));
    world.advance(Duration.ZERO);
    world.created();

    SpanData start = span("conversation.start");
    assertThat(start.getTraceId()).isEqualTo(TRACE);
    assertThat(start.getParentSpanId()).isEqualTo(CALLER.getSpanId());
    assertThat(span("start.validate").getStartEpochNanos()).isEqualTo(start.getStartEpochNanos());
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=validate"))
        .hasSize(1);
  }

  @Test
  void shouldSendTheCreatesContextAlong() {
    world.start(webRtc());
    String sent = world.created().request().traceparent();
    SpanData create = span("provider.create_call");
    assertThat(sent)
        .isEqualTo(
            "00-"
                + create.getTraceId()
                + "-"
                + create.getSpanId()
                + "-"
                + create.getSpanContext().getTraceFlags().asHex());
  }

  @Test
  void shouldPutTheTraceIntoTheEvents() {
    Live live = world.live();
    SpanData start = span("conversation.start");
    assertThat(world.events(live.id()).get(0).getTraceparent())
        .startsWith("00-" + start.getTraceId() + "-" + start.getSpanId() + "-");
    assertThat(live.only(RealtimeEvent.PayloadCase.SIDEBAND_JOINED).getTraceparent())
        .contains(span("sideband.join").getSpanId());
  }

  @Test
  void shouldPutATraceThatIsNotSampledIntoTheFirstEventsOnly() {
    SessionWorld unsampled = new SessionWorld(new Telescope(Sampler.alwaysOff()).telemetry(), 1);
    Live live = unsampled.live();
    assertThat(unsampled.events(live.id()).get(0).getTraceparent()).matches("00-.+-0[02]");
    assertThat(live.only(RealtimeEvent.PayloadCase.SIDEBAND_JOINED).getTraceparent()).isEmpty();
    assertThat(unsampled.last(live.id()).getTraceparent()).isEmpty();
  }

  @Test
  void shouldDrawTheClientsMilestonesByItsOwnClock() {
    Live live = world.live();
    world.advance(millisOf(500));
    live.sends(reported("ice_connected", 120, 400));
    live.sends(reported("ice_connected", 1, 500));

    SpanData ice = span("client.ice_connected");
    SpanData start = span("conversation.start");
    assertThat(ice.getParentSpanId()).isEqualTo(start.getSpanId());
    assertThat(millis(ice)).isEqualTo(120);
    assertThat((ice.getEndEpochNanos() - start.getStartEpochNanos()) / 1_000_000).isEqualTo(400);
    assertThat(
            telescope
                .recorded("sideband.start.milestone.duration", "sideband.milestone=ice_connected")
                .get(0)
                .getSum())
        .isEqualTo(0.4);
  }

  @Test
  void shouldKeepTheClientsOwnWordsOut() {
    Live live = world.live();
    for (int i = 0; i < 40; i++) {
      live.sends(reported("my_secret_" + i, 1, 400));
    }
    assertThat(telescope.spans("client.other")).hasSize(16);
    assertThat(telescope.spans().toString()).doesNotContain("my_secret");
    assertThat(telescope.metrics().toString()).doesNotContain("my_secret");
  }

  @Test
  void shouldDrawNothingOfAClientWhoseClockMakesNoSense() {
    Live live = world.live();
    live.sends(reported("ice_connected", 500, 400));
    live.sends(reported("dtls_connected", 0, Duration.ofDays(9).toMillis()));
    assertThat(telescope.names()).noneMatch(name -> name.startsWith("client."));
  }

  @Test
  void shouldEndTheStartupAfterAMinute() {
    Live live = world.live();
    world.advance(Duration.ofSeconds(61));
    live.hears("response.created", Fates.started("resp_1"));
    live.sends(reported("first_audio_heard", 1, 400));
    assertThat(telescope.names())
        .doesNotContain("assistant.first_response", "client.first_audio_heard");
  }

  @Test
  void shouldShowEachAttemptToJoin() {
    Live live = world.calling();
    live.sideband().refuse(Cause.REFUSED, 503);
    world.advance(Duration.ofSeconds(3));
    live.rejoined();
    assertThat(telescope.spans("sideband.join.attempt"))
        .extracting(span -> span.getAttributes().get(Attribute.ATTEMPT))
        .containsExactly(1L, 2L);
    assertThat(telescope.spans("sideband.join.attempt"))
        .extracting(span -> span.getStatus().getStatusCode())
        .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
    assertThat(span("sideband.join").getAttributes().get(Attribute.ATTEMPTS)).isEqualTo(2);
  }

  @Test
  void shouldSayWhyAStartFailed() {
    world.start(webRtc());
    world.provider.nextCreate().fail(ProviderException.Kind.QUOTA);
    world.settle();
    for (String name : new String[] {"conversation.start", "provider.create_call"}) {
      assertThat(span(name).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span(name).getAttributes().get(Attribute.ERROR)).isEqualTo("PROVIDER_QUOTA");
    }
    assertThat(
            telescope.count(
                "sideband.starts", "sideband.outcome=failed", "error.type=PROVIDER_QUOTA"))
        .isEqualTo(1);
  }

  @Test
  void shouldLinkTheJoinToAStartThatAnEarlierProcessBegan() {
    world.calling();
    world.restart();
    FakeSideband sideband = world.provider.nextSideband();
    sideband.open();
    world.settle();
    SpanData join = span("sideband.join");
    assertThat(join.getParentSpanContext().isValid()).isFalse();
    assertThat(join.getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(span("conversation.start").getSpanId());
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=join"))
        .as("no stage of a start that is here")
        .isEmpty();
  }

  @Test
  void shouldLeaveNoSpanOpenWhenTheServerExits() {
    Live live = world.joined();
    live.sideband().lose(Cause.RESET, 0);
    world.settle();
    world.exit();
    assertThat(telescope.names()).contains("session.configure", "sideband.rejoin");
  }
}
