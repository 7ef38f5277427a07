package dev.sideband.server.session;

import static dev.sideband.server.session.Telescope.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ToolCallRequested;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What leads to traces of its own: rejoins and renewals. */
class RejoinTraceTest {
  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);
  private final Live live = world.live();

  private void isLedToByTheStart(SpanData span) {
    SpanData start = telescope.span("conversation.start");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getTraceId()).isNotEqualTo(start.getTraceId());
    assertThat(span.getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(SpanContext::getTraceId, SpanContext::getSpanId)
        .containsExactly(tuple(start.getTraceId(), start.getSpanId()));
  }

  private Live restarted() {
    live.sideband().close();
    world.restart();
    Live again = live.rejoined();
    again.hears("session.updated", Fates.configured());
    return again;
  }

  @Test
  void shouldTraceARejoinByItself() {
    live.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(3));
    live.rejoined().hears("session.updated", Fates.configured());

    SpanData rejoin = telescope.span("sideband.rejoin");
    isLedToByTheStart(rejoin);
    assertThat(millis(rejoin)).isEqualTo(3_000);
    assertThat(telescope.spans("session.configure").get(1).getParentSpanId())
        .isEqualTo(rejoin.getSpanId());
    assertThat(telescope.recorded("sideband.sideband.rejoin.duration").get(0).getSum())
        .isEqualTo(3.0);
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=configure"))
        .allMatch(point -> point.getCount() == 1);
  }

  @Test
  void shouldTraceARenewalUntilTheCallIsInUse() {
    Renewing renewing = Renewing.of(live);
    world.advance(Duration.ofMillis(200));
    renewing.created("rtc_2");
    world.advance(Duration.ofMillis(50));
    renewing.confirmed();

    SpanData renew = telescope.span("conversation.renew");
    isLedToByTheStart(renew);
    assertThat(millis(renew)).isEqualTo(250);
    SpanData create = telescope.spans("provider.create_call").get(1);
    assertThat(create.getParentSpanId()).isEqualTo(renew.getSpanId());
    assertThat(millis(create)).isEqualTo(200);
    SpanData join = telescope.spans("sideband.join").get(1);
    assertThat(join.getParentSpanId()).isEqualTo(renew.getSpanId());
    assertThat(telescope.spans("sideband.join.attempt").get(1).getParentSpanId())
        .isEqualTo(join.getSpanId());
    assertThat(telescope.count("sideband.renewals", "sideband.outcome=renewed")).isEqualTo(1);
  }

  /** The session.configure of the second call. */
  private SpanData configure() {
    assertThat(telescope.spans("session.configure")).hasSize(2);
    return telescope.spans("session.configure").get(1);
  }

  @Test
  void shouldTraceHowLongTheNextCallTakesToConfirmOurSession() {
    Renewing renewing = Renewing.of(live).created("rtc_2").held();
    Live next = renewing.joined();
    world.advance(Duration.ofMillis(40));
    next.hears("session.updated", Fates.configured());

    assertThat(configure().getParentSpanId())
        .isEqualTo(telescope.spans("sideband.join").get(1).getSpanId());
    assertThat(configure().getTraceId())
        .isEqualTo(telescope.span("conversation.renew").getTraceId());
    assertThat(millis(configure())).isEqualTo(40);
    assertThat(configure().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=configure"))
        .as("the start's alone")
        .allMatch(point -> point.getCount() == 1);
  }

  @Test
  void shouldNotTakeTheWaitForTheCallerForTheConfirmation() {
    Renewing renewing = Renewing.of(live).created("rtc_2");
    Live next = renewing.joined();
    world.advance(Duration.ofMillis(40));
    next.hears("session.updated", Fates.configured());
    world.advance(Duration.ofSeconds(5));
    renewing.held();
    assertThat(millis(telescope.span("conversation.renew"))).isEqualTo(5_040);
    assertThat(millis(configure())).isEqualTo(40);
  }

  @Test
  void shouldGoOnWaitingForTheConfirmationWhenTheCallIsUsedBeforeIt() {
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    next.hears("session.created", Fates.configured());
    assertThat(telescope.names()).contains("conversation.renew");
    world.advance(Duration.ofMillis(70));
    next.hears("session.updated", Fates.configured());
    assertThat(millis(configure())).isEqualTo(70);
    assertThat(configure().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void shouldSayThatTheNextCallDidNotConfirmOurSession() {
    Renewing.of(live).created("rtc_2").held().joined();
    world.advance(Duration.ofMinutes(1));
    assertThat(configure().getAttributes().get(Attribute.ERROR))
        .isEqualTo("SESSION_CONFIGURE_TIMED_OUT");
  }

  @Test
  void shouldSayThatTheNextCallsSidebandWasLostBeforeItsConfirmation() {
    Live next = Renewing.of(live).created("rtc_2").held().joined();
    next.sideband().lose(Cause.RESET, 0);
    world.settle();
    assertThat(configure().getAttributes().get(Attribute.ERROR)).isEqualTo("RESET");
  }

  @Test
  void shouldNotTakeTheNextCallsConfirmationForTheFirstOnes() {
    Live unconfirmed = world.joined(SessionWorld.webRtc());
    Renewing.of(unconfirmed).created("rtc_3").confirmed();
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=configure"))
        .as("only the other conversation's")
        .allMatch(point -> point.getCount() == 1);
    assertThat(telescope.spans("session.configure")).hasSize(3);
  }

  @Test
  void shouldSayWhyARenewalFailed() {
    Renewing.of(live);
    world.provider.nextCreate().fail(ProviderException.Kind.RATE_LIMITED);
    world.settle();
    SpanData renew = telescope.span("conversation.renew");
    assertThat(renew.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(renew.getAttributes().get(Attribute.ERROR)).isEqualTo("PROVIDER_RATE_LIMITED");
    assertThat(telescope.count("sideband.renewals", "error.type=PROVIDER_RATE_LIMITED"))
        .isEqualTo(1);
  }

  @Test
  void shouldLinkARejoinToTheStartAfterARestart() {
    restarted();
    isLedToByTheStart(telescope.span("sideband.rejoin"));
  }

  @Test
  void shouldLinkToTheStartAfterARestartFromACheckpoint() {
    for (int i = 0; i < 2 * CheckpointPace.EVENTS; i++) {
      live.hears("response.created", Fates.started("resp_" + i));
    }
    int all = live.story().size();
    restarted();
    assertThat(world.log.entriesRead()).isBetween(1L, all - 1L);
    isLedToByTheStart(telescope.span("sideband.rejoin"));
  }

  @Test
  void shouldLinkResponsesAndToolCallsToTheStartAfterARestart() {
    Live again = restarted();
    again.hears(
        "response.function_call_arguments.done",
        RealtimeEvent.newBuilder()
            .setToolCallRequested(
                ToolCallRequested.newBuilder().setToolCallId("call_1").setName("get_weather")));
    again.hears("response.created", Fates.started("resp_1"));
    assertThat(world.stop(live.id())).isCompleted();
    isLedToByTheStart(telescope.span("chat gpt-realtime"));
    isLedToByTheStart(telescope.span("execute_tool get_weather"));
  }

  @Test
  void shouldLinkARenewalToTheStartAfterARestart() {
    Renewing.renewed(restarted());
    isLedToByTheStart(telescope.span("conversation.renew"));
  }

  @Test
  void shouldMeasureInTheTraceOfTheStartAlsoAfterARestart() {
    Live again = restarted();
    assertThat(telescope.count("sideband.inputs")).as("nothing measured so far").isZero();
    again.sends(SessionWorld.text("hello"));
    assertThat(telescope.exemplars("sideband.inputs"))
        .isNotEmpty()
        .allMatch(
            exemplar ->
                exemplar.getTraceId().equals(telescope.span("conversation.start").getTraceId()));
  }

  @Test
  void shouldSendTheContextOfTheRenewalsCreateAlong() {
    Renewing.of(live);
    String sent = world.provider.nextCreate().request().traceparent();
    assertThat(sent).isNotEmpty();
    assertThat(sent).doesNotContain(telescope.span("conversation.start").getTraceId());
  }
}
